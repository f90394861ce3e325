"""What a hostile local user shows of himself in /proc: one trick per name. Run as `tricks.py NAME FOLDER`, as that user.

Prints "ready" when the trick stands, and keeps it standing until it is killed. Touches nothing outside FOLDER.
"""
import ctypes
import mmap
import os
import resource
import shutil
import signal
import sys
import time

LIBRARY = '/usr/lib/x86_64-linux-gnu/libssl.so.3'
PR_SET_NAME = 15
PR_SET_DUMPABLE = 4
libc = ctypes.CDLL(None, use_errno=True)
kept = []
folder = '.'


def name(text):
    libc.prctl(PR_SET_NAME, text, 0, 0, 0)


def map_code(path, remove=True):
    """Maps a new file as code, and takes its name away."""
    with open(path, 'wb') as file:
        file.write(b'\0' * 4096)
    map_there(path)
    if remove:
        os.unlink(path)


def map_there(path):
    with open(path, 'rb') as file:
        kept.append(mmap.mmap(file.fileno(), 4096, mmap.MAP_PRIVATE, mmap.PROT_READ | mmap.PROT_EXEC))


def run_deleted(file):
    """Executes a copy of sleep under another name, and takes that away."""
    path = os.path.join(folder, file)
    shutil.copy('/bin/sleep', path)
    child = os.spawnv(os.P_NOWAIT, path, [path, '600'])
    time.sleep(0.2)
    os.unlink(path)
    print(f'pid {child}', flush=True)


def own_world(script):
    """In user and mount namespaces of its own, where the user is root."""
    child = os.spawnv(os.P_NOWAIT, '/usr/bin/unshare', ['unshare', '-Urm', sys.executable, __file__, script, folder])
    print(f'pid {child}', flush=True)


def many(count, work):
    for _ in range(count):
        try:
            child = os.fork()
        except OSError:
            return
        if child == 0:
            work()
            signal.pause()


def called_like_a_service(): name(b'nginx')
def called_like_a_stat_line(): name(b'x) S 1 1 1 0')
def called_with_a_line_feed(): name(b'x\nUid:\t0\t0\t0')
def program_called_like_a_service(): run_deleted('nginx')
def program_called_with_a_line_feed(): run_deleted('a\nb')
def program_called_like_a_manager(): run_deleted('dpkg')
def library_of_the_same_name(): map_code(os.path.join(folder, 'libssl.so.3'))
def truly_called_deleted(): map_code(os.path.join(folder, 'libssl.so.3 (deleted)'), remove=False)
def called_deleted_twice(): map_code(os.path.join(folder, 'x (deleted)'))
def called_with_terminal_codes(): map_code(os.path.join(folder, 'x\x1b[2J\u202ey.so'))
def called_as_a_line_of_maps(): map_code(os.path.join(folder, 'x (deleted)\n7f00-7f01 r-xp 0 fe:00 1 libssl'))


def longest_name():
    os.chdir(folder)
    for _ in range(15):
        os.mkdir('d' * 250)
        os.chdir('d' * 250)
    map_code('x.so')


def memory_called_like_a_library():
    file = os.memfd_create(LIBRARY)
    os.write(file, b'\0' * 4096)
    kept.append(mmap.mmap(file, 4096, mmap.MAP_PRIVATE, mmap.PROT_READ | mmap.PROT_EXEC))


def program_in_memory():
    file = os.memfd_create('nginx')
    with open('/bin/sleep', 'rb') as program:
        os.write(file, program.read())
    child = os.fork()
    if child == 0:
        os.execve(file, ['nginx', '600'], {})
    print(f'pid {child}', flush=True)


def shared_memory(): map_code(f'/dev/shm/overdue-hostile-{os.getpid()}')


def million_lines_of_maps():
    def fill():
        with open('/bin/sleep', 'rb') as file:
            try:
                for _ in range(62_500):
                    kept.append(mmap.mmap(file.fileno(), 4096, mmap.MAP_PRIVATE, mmap.PROT_READ | mmap.PROT_EXEC))
            except OSError:
                pass

    many(16, fill)


def thousands_of_deleted_files():
    for at in range(6_000):
        map_code(os.path.join(folder, f'libssl.so.{at}'))


def service_in_a_root_of_its_own(): own_world('inside_another_root')
def file_mounted_over_the_library(): own_world('inside_mounts')


def inside_another_root():
    os.makedirs(os.path.join(folder, 'root/usr/lib/x86_64-linux-gnu'))
    os.chroot(os.path.join(folder, 'root'))
    map_code(LIBRARY)


def inside_mounts():
    os.makedirs(os.path.join(folder, 'over'))
    libc.mount(os.path.join(folder, 'over').encode(), os.path.dirname(LIBRARY).encode(), None, 4096, None)
    map_code(LIBRARY)


def executes_without_end():
    os.environ['TURN'] = str(int(os.environ.get('TURN', '0')) + 1)
    if os.environ['TURN'] == '1':
        print('ready', flush=True)
    map_code(os.path.join(folder, f'race-{os.getpid()}.so'))
    time.sleep(0.01)
    os.execv(sys.executable, [sys.executable, *sys.argv])


def numbers_given_again():
    if os.fork() == 0:
        while True:
            child = os.fork()
            if child == 0:
                os._exit(0)
            os.waitpid(child, 0)


def hundreds_of_zombies():
    for _ in range(500):
        if os.fork() == 0:
            os._exit(0)


def no_descriptors_left():
    def take():
        try:
            while True:
                kept.append(os.open('/dev/null', os.O_RDONLY))
        except OSError:
            pass

    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    many(8, take)


def thousands_of_processes(): many(1_500, lambda: None)


def poisoned_surroundings():
    poison = {key: folder for key in ('PYTHONPATH', 'RUBYLIB', 'PERL5LIB', 'LD_LIBRARY_PATH', 'NODE_PATH')}
    poison |= {'NODE_OPTIONS': f'--require={folder}/x.js', 'PERL5OPT': f'-M{folder}', 'BASH_ENV': f'{folder}/x'}
    os.chdir(folder)
    child = os.spawnve(os.P_NOWAIT, '/bin/sleep', ['$(touch /tmp/x);`id`', '600'], poison)
    print(f'pid {child}', flush=True)


TRICKS = [key for key, value in list(globals().items()) if callable(value) and getattr(value, '__module__', '') == '__main__']
HELPERS = {'name', 'map_code', 'map_there', 'run_deleted', 'own_world', 'many', 'inside_another_root', 'inside_mounts'}

if __name__ == '__main__':
    if sys.argv[1] == 'list':
        print('\n'.join(trick for trick in TRICKS if trick not in HELPERS))
        sys.exit(0)
    folder = sys.argv[2]
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    globals()[sys.argv[1]]()
    print('ready', flush=True)
    while True:
        time.sleep(600)
