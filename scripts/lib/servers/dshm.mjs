import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ask } from './ask.mjs'
import { memberClassPath } from './dshm-classes.mjs'
import { freePorts } from './free-ports.mjs'
import { temporaryFolder } from './own-process.mjs'
import { until } from './poll.mjs'
import { startServer, stopAll } from './server.mjs'

const READY_WITHIN_MS = 60_000

/** Small and quick to start. */
const machine = ['-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Djava.net.preferIPv4Stack=true']

/**
 * The member joins the others on the loopback interface; it looks for nobody else, and nobody else can reach it.
 * @param {string} cluster @param {number} own @param {number[]} all
 */
const configuration = (cluster, own, all) => `<?xml version="1.0" encoding="UTF-8"?>
<hazelcast xmlns="http://www.hazelcast.com/schema/config">
  <cluster-name>${cluster}</cluster-name>
  <properties>
    <property name="hazelcast.phone.home.enabled">false</property>
    <property name="hazelcast.socket.bind.any">false</property>
    <property name="hazelcast.wait.seconds.before.join">0</property>
  </properties>
  <network>
    <port auto-increment="false">${own}</port>
    <interfaces enabled="true"><interface>127.0.0.1</interface></interfaces>
    <join>
      <auto-detection enabled="false"/>
      <multicast enabled="false"/>
      <tcp-ip enabled="true">${all.map((port) => `<member>127.0.0.1:${port}</member>`).join('')}</tcp-ip>
    </join>
  </network>
</hazelcast>
`

/** @param {string[]} classPath @param {number} port @param {number} own @param {number[]} all */
async function startMember(classPath, port, own, all) {
  const folder = temporaryFolder()
  const file = join(folder, 'hazelcast.xml')
  writeFileSync(file, configuration(`sojourn-${all.join('-')}`, own, all))
  const server = await startServer({
    name: `DSHM on port ${port}`,
    command: 'java',
    args: [
      ...machine,
      `-Dhazelcast.config=${file}`,
      `-Dngx-distributed-shm.port=${port}`,
      '-Dngx-distributed-shm.bind_address=127.0.0.1',
      ...classPath,
    ],
    folder,
    isReady: async () => (await ask({ port }, 'GET ready')).startsWith('ERROR not_found'),
    readyWithin: READY_WITHIN_MS,
  })
  return Object.assign(server, { port })
}

/** Whether what is written on one member is read on the other. @param {number} writer @param {number} reader */
async function isShared(writer, reader) {
  await ask({ port: writer }, `INCR ready:${writer} 1 0 60`)
  return (await ask({ port: reader }, `GET ready:${writer}`)).startsWith('LEN')
}

/**
 * Two members that share their data. A member that is killed loses nothing, as the other has a copy, and one that
 * restarts is given that copy again; only after both have stopped at the same time is it empty.
 */
export async function startDshm() {
  const classPath = await memberClassPath()
  const [first = 0, second = 0, ...internal] = await freePorts(4)
  const [one = 0, other = 0] = internal
  // One after the other: two that start at once could each found a cluster of their own.
  const members = [
    await startMember(classPath, first, one, internal),
    await startMember(classPath, second, other, internal),
  ]
  await until(
    async () => (await isShared(first, second)) && (await isShared(second, first)),
    READY_WITHIN_MS,
    () => 'The two members of DSHM did not find each other.',
  )
  return { ports: /** @type {[number, number]} */ ([first, second]), members, stop: () => stopAll(members) }
}
