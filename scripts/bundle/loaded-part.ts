// The part of an ELF program that the kernel and the dynamic linker read. What comes after it are symbols and line
// numbers for debuggers: a quarter of the runtime, needed by nobody on a host. Done here and not by strip(1), which
// knows one architecture at a time.

const ELF64_LITTLE_ENDIAN = Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1])
const LOADED = 1 // PT_LOAD, elf(5)

/** A copy of `program` that ends with its last loaded byte and has no section headers. Throws when it is no such ELF file. */
export function loadedPart(program: Buffer): Buffer {
  if (!program.subarray(0, ELF64_LITTLE_ENDIAN.length).equals(ELF64_LITTLE_ENDIAN)) {
    throw new Error('not a 64-bit little-endian ELF file')
  }
  const headersAt = Number(program.readBigUInt64LE(0x20))
  const headerBytes = program.readUInt16LE(0x36)
  const headers = program.readUInt16LE(0x38)
  const ends = Array.from({ length: headers }, (_, index) => endOf(program, headersAt + index * headerBytes))
  const end = Math.max(headersAt + headers * headerBytes, ...ends)
  if (end > program.length) throw new Error(`the file ends before its last loaded byte, ${end}`)
  const kept = Buffer.from(program.subarray(0, end))
  kept.writeBigUInt64LE(0n, 0x28) // e_shoff, and below e_shnum and e_shstrndx: there are no sections any more
  kept.writeUInt16LE(0, 0x3c)
  kept.writeUInt16LE(0, 0x3e)
  return kept
}

/** Where the bytes of one program header end in the file; 0 for those that are not loaded. */
function endOf(program: Buffer, at: number): number {
  if (program.readUInt32LE(at) !== LOADED) return 0
  return Number(program.readBigUInt64LE(at + 0x08)) + Number(program.readBigUInt64LE(at + 0x20))
}
