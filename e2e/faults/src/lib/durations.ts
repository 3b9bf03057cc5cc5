import { setTimeout as pause } from 'node:timers/promises'
import { isFull } from './counts.ts'

/** Waits for a time that is shorter where not everything is run in full. Both in milliseconds. */
export const lasting = async (full: number, short: number): Promise<void> => await pause(isFull ? full : short)
