// What must hold on every screen, each as a test of its own.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { PHONE } from './chromium.mjs'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Looks with axe, at 320 px, and with text twice as large. The page has to let axe in. */
export async function lookAt(page, t, name) {
  await t.test(`axe finds nothing serious on ${name}`, async () => {
    await page.evaluate(`${AXE}; undefined`)
    const { violations } = await page.evaluate(() => globalThis.axe.run())
    const bad = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
    const told = bad.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`)
    assert.deepEqual(told, [])
  })
  await t.test(`${name} fits 320 px`, async () => {
    await page.setViewportSize({ width: 320, height: 640 })
    assert.deepEqual(await tooWide(page), [])
  })
  await t.test(`${name} fits with text of 200 %`, async () => {
    await page.setViewportSize(PHONE)
    await page.evaluate(() => (document.documentElement.style.fontSize = '200%'))
    assert.deepEqual(await tooWide(page), [])
  })
  await page.evaluate(() => document.documentElement.style.removeProperty('font-size'))
}

/** The elements that stick out at the right, where the page can be scrolled sideways. */
export function tooWide(page) {
  return page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement
    if (scrollWidth <= clientWidth) return []
    return [...document.body.querySelectorAll('*')]
      .filter((one) => one.getBoundingClientRect().right > clientWidth + 1)
      .map((one) => `${one.tagName}.${one.className}: ${one.textContent.trim().slice(0, 40)}`)
  })
}
