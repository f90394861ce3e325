import { describe, expect, it } from 'vitest'
import { renderDocument } from '../../../collector/dashboard/html.ts'
import { loginPage } from '../../../collector/dashboard/login-page.ts'
import { SHELL } from '../../support/page-markup.ts'

describe('the login page', () => {
  it('lets password managers fill the one field', () => {
    const page = renderDocument(loginPage(SHELL, { next: '/', problem: null }))

    const field = /<input[^>]*id="token"[^>]*>/.exec(page)?.[0]
    expect(field).toContain('type="password"')
    expect(field).toContain('autocomplete="current-password"')
    expect(field).not.toContain('onpaste')
  })

  it('says what was wrong and ties it to the field', () => {
    const page = renderDocument(loginPage(SHELL, { next: '/', problem: 'Not accepted.' }))

    expect(page).toMatch(/id="problem" role="alert">Not accepted\./)
    expect(page).toMatch(/aria-invalid="true"[^>]*aria-describedby="problem token-help"/)
  })

  it('takes no script and shows no navigation to someone who is not signed in', () => {
    const page = renderDocument(loginPage(SHELL, { next: '/"><script>', problem: null }))

    expect(page).not.toContain('<script')
    expect(page).not.toContain('Sign out')
  })
})
