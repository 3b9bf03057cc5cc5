import { test as base, expect, type Locator, type Page } from '@playwright/test'
import { type App, apps, type Mode } from './apps.ts'
import { Client } from './client.ts'

export interface Options {
  /** The app that this project tests. */
  app: App
  /** Which of its servers: `test.use({ mode })`. */
  mode: Mode
}

interface Fixtures {
  /** A visitor without a browser and without cookies. */
  client: Client
  view: View
}

const [first] = apps
if (!first) throw new Error('E2E_APPS names none of the apps.')

export const test = base.extend<Fixtures & Options>({
  app: [first, { option: true }],
  mode: ['cookie', { option: true }],
  baseURL: ({ app, mode }, use) => use(app.origins[mode]),
  client: ({ app, mode }, use) => use(new Client(app.origins[mode])),
  view: ({ page }, use) => use(new View(page)),
})

/** What every page of every app shows, and what `/` shows besides. */
export class View {
  readonly page: Page
  readonly sentence: Locator
  /** The name within the sentence. */
  readonly strong: Locator
  readonly next: Locator
  constructor(page: Page) {
    this.page = page
    this.sentence = page.locator('main p[data-flow]')
    this.strong = this.sentence.locator('strong')
    this.next = page.locator('main a[data-next]')
  }

  fact(field: 'present' | 'name' | 'id' | 'idle' | 'rolling' | 'absolute'): Locator {
    return this.page.locator(`section[aria-labelledby="panel"] [data-field="${field}"]`)
  }

  button(label: 'Start' | 'Modify' | 'Destroy' | 'Sign in' | 'Sign out others'): Locator {
    return this.page.getByRole('button', { name: label, exact: true })
  }

  /** Where somebody signs in; gone once they have. */
  get signIn(): Locator {
    return this.page.getByRole('region', { name: 'Sign in', exact: true })
  }

  /** The list of somebody's sessions. */
  get sessions(): Locator {
    return this.page.getByRole('region', { name: 'Your sessions', exact: true })
  }

  /** Goes to the start page of an app and signs in there. */
  async signInAs(name: string, origin = ''): Promise<void> {
    await this.page.goto(`${origin}/`)
    await this.page.getByLabel('Name').fill(name)
    await this.button('Sign in').click()
    await expect(this.strong).toHaveText(name)
    await expect(this.signIn).toHaveCount(0)
  }
}

export { expect }
