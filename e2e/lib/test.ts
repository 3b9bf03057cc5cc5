import { test as base, type Locator, type Page } from '@playwright/test'
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

  button(label: 'Start' | 'Modify' | 'Destroy'): Locator {
    return this.page.getByRole('button', { name: label, exact: true })
  }
}

export { expect } from '@playwright/test'
