import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { capture } from '../processes.mjs'
import { root } from '../workspace.mjs'

const CACHE = `${root}/node_modules/.cache/sojourn/dshm`
const SOURCE = fileURLToPath(new URL('dshm-member/Member.java', import.meta.url))

/** The version that ngx-distributed-shm 1.0.16 is built on. */
const HAZELCAST = '5.3.1'
const COPY = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy'
/** The class of ngx-distributed-shm that starts it. */
const REAL_MAIN = 'io.github.grrolland.hcshm.Main'

/**
 * The arguments of `java` that name a member's classes. The release of ngx-distributed-shm is in no public Maven
 * registry, so members are our own `Member.java`, on the Hazelcast that it uses. `DSHM_JAR=/path/to/its.jar` takes
 * the real one.
 */
export async function memberClassPath() {
  const { DSHM_JAR: realJar } = process.env
  if (realJar) return ['-cp', realJar, REAL_MAIN]

  const hazelcast = join(CACHE, `hazelcast-${HAZELCAST}.jar`)
  await make(hazelcast, async (folder) => {
    const artifact = `-Dartifact=com.hazelcast:hazelcast:${HAZELCAST}`
    const fetch = () => succeed('mvn', ['-B', '-q', COPY, artifact, `-DoutputDirectory=${folder}`])
    // The network may have a bad moment; Maven goes on where it was.
    await fetch().catch(fetch)
    return join(folder, `hazelcast-${HAZELCAST}.jar`)
  })
  const fingerprint = createHash('sha256').update(readFileSync(SOURCE)).digest('hex').slice(0, 16)
  const classes = join(CACHE, `member-${HAZELCAST}-${fingerprint}`)
  await make(classes, async (folder) => {
    await succeed('javac', ['-cp', hazelcast, '-d', join(folder, 'classes'), SOURCE])
    return join(folder, 'classes')
  })
  return ['-cp', `${hazelcast}:${classes}`, 'Member']
}

/**
 * Makes what is not in the cache yet. It is there at once or not at all, whoever else is making it too.
 * @param {string} target @param {(folder: string) => Promise<string>} make gives the path of what it has made
 */
async function make(target, make) {
  if (existsSync(target)) return
  mkdirSync(CACHE, { recursive: true })
  const folder = mkdtempSync(join(CACHE, 'making-'))
  try {
    renameSync(await make(folder), target)
  } catch (error) {
    if (!existsSync(target)) throw error
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** @param {string} command @param {string[]} args */
async function succeed(command, args) {
  const { code, output } = await capture(command, args)
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${output}`)
}
