import { stripVTControlCharacters } from 'node:util'

const inColour = process.stdout.isTTY && !process.env.NO_COLOR

/** @param {string} codes @param {string} text */
const paint = (codes, text) => (inColour ? `\u001b[${codes}m${text}\u001b[0m` : text)

/** @param {string} text */
export const bold = (text) => paint('1', text)
/** @param {string} text */
export const green = (text) => paint('32', text)
/** @param {string} text */
export const red = (text) => paint('31', text)
/** @param {string} text */
export const yellow = (text) => paint('33', text)

/** @param {string} text */
export const say = (text = '') => process.stdout.write(`${text}\n`)

/** A heading that is easy to find in a long log. @param {string} text */
export const heading = (text) => say(`\n${bold(`── ${text} ${'─'.repeat(Math.max(3, 76 - text.length))}`)}`)

/** `0.4 s`, `12 s`, `3 min 05 s`. @param {number} milliseconds */
export function duration(milliseconds) {
  const seconds = milliseconds / 1000
  if (seconds < 10) return `${seconds.toFixed(1)} s`
  if (seconds < 60) return `${Math.round(seconds)} s`
  const whole = Math.round(seconds)
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`
}

/** @param {string} text */
const width = (text) => stripVTControlCharacters(text).length

/** Lines up columns, two spaces apart. @param {string[][]} rows */
export function table(rows) {
  const columns = Math.max(...rows.map((row) => row.length))
  const widths = Array.from({ length: columns }, (_, i) => Math.max(...rows.map((row) => width(row[i] ?? ''))))
  const pad = (/** @type {string} */ cell, /** @type {number} */ i) => cell + ' '.repeat((widths[i] ?? 0) - width(cell))
  return rows.map((row) => row.map(pad).join('  ').trimEnd()).join('\n')
}
