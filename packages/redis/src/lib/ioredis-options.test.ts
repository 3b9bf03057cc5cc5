import { expect, test } from 'vitest'
import { clusterOptions } from './ioredis-options.ts'
import type { RedisStoreOptions } from './options.ts'
import { settingsOf } from './settings.ts'

function optionsOf(given: RedisStoreOptions) {
  const settings = settingsOf({ cluster: { nodes: ['node.test'] }, ...given })
  if (settings.target.kind !== 'cluster') throw new Error('This is no cluster.')
  return clusterOptions(settings, settings.target)
}

test('the nodes of a cluster with TLS are known by their names, which their certificates are for', () => {
  const found: unknown[] = []
  optionsOf({ tls: true }).dnsLookup?.('node.test', (_error, address) => found.push(address))
  expect(found).toEqual(['node.test'])
  expect(optionsOf({})).not.toHaveProperty('dnsLookup')
})
