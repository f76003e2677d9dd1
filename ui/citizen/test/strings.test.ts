import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const strings = (name: string) =>
  JSON.parse(readFileSync(fileURLToPath(new URL(`../../design/strings/${name}.json`, import.meta.url)), 'utf8')) as Tree
const binding = (name: string) =>
  readFileSync(fileURLToPath(new URL(`../../bindings/${name}.ts`, import.meta.url)), 'utf8')

interface Tree {
  [key: string]: string | Tree
}

/** Every leaf with its path. */
function leaves(tree: Tree, path = ''): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]): [string, string][] => {
    const here = path === '' ? key : `${path}.${key}`
    return typeof value === 'string' ? [[here, value]] : leaves(value, here)
  })
}

/** The words of a generated union of words. */
function words(type: string): string[] {
  const found = new RegExp(`export type ${type} = ([^;]+);`).exec(binding(type))?.[1] ?? ''
  return [...found.matchAll(/"([^"]+)"/g)].map((match) => match[1] as string)
}

const placeholders = (sentence: string) => [...sentence.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]).sort()

describe('every sentence exists in both languages', () => {
  for (const name of ['', 'codes', 'reasons', 'findings', 'loopback']) {
    const file = (language: string) => strings(name === '' ? language : `${name}.${language}`)

    it(`${name || 'the screens'}: the same keys, with the same blanks to fill in`, () => {
      const spanish = new Map(leaves(file('es-MX')))
      const english = new Map(leaves(file('en')))
      expect([...english.keys()].sort()).toEqual([...spanish.keys()].sort())
      for (const [key, sentence] of spanish) {
        expect(sentence.trim(), `${key} says nothing`).not.toBe('')
        expect(placeholders(english.get(key) ?? ''), key).toEqual(placeholders(sentence))
      }
    })
  }
})

describe('every word of the core has a sentence', () => {
  // The server's codes and the phone's codes share one catalogue.
  const cases: [string, string, (tree: Tree) => Tree][] = [
    ['Code PhoneCode', 'codes', (tree) => tree],
    ['Reason', 'reasons', (tree) => tree],
    ['FindingCode', 'findings', (tree) => tree['finding'] as Tree],
    ['FrameAdvice', 'findings', (tree) => (tree['advice'] as Tree)['card'] as Tree],
    ['FrameAdvice', 'findings', (tree) => (tree['advice'] as Tree)['face'] as Tree],
    ['FieldName', '', (tree) => (tree['reading'] as Tree)['field'] as Tree],
    ['FieldSource', '', (tree) => (tree['reading'] as Tree)['source'] as Tree],
    ['ProcessKind', '', (tree) => (tree['campaign'] as Tree)['kinds'] as Tree],
    ['DraftStep', '', (tree) => (tree['draft'] as Tree)['step'] as Tree],
    ['Model', '', (tree) => (tree['model'] as Tree)['about'] as Tree],
    ['PartName', '', (tree) => (tree['summary'] as Tree)['part'] as Tree],
  ]
  for (const [type, file, part] of cases) {
    for (const language of ['es-MX', 'en']) {
      it(`${type} in ${language}`, () => {
        const known = type.split(' ').flatMap(words)
        expect(known.length, `no words found in bindings/${type}.ts`).toBeGreaterThan(2)
        const said = Object.keys(part(strings(file === '' ? language : `${file}.${language}`)))
        expect(said.sort()).toEqual(known.sort())
      })
    }
  }
})

describe('the privacy notice', () => {
  const notice = (language: string) => readFileSync(fileURLToPath(new URL(`../../design/strings/aviso.${language}.md`, import.meta.url)), 'utf8')

  it('has the same parts in both languages', () => {
    const parts = (text: string) => [text.split('\n---\n').length, ...text.split('\n# ').map((part) => part.split('\n\n').length)]
    expect(parts(notice('en'))).toEqual(parts(notice('es-MX')))
  })

  it('says what Google learns of the phone’s own scanner, by the name of its button', () => {
    for (const language of ['es-MX', 'en']) {
      const button = (strings(language)['capture'] as Tree)['scan'] as unknown as string
      const part = notice(language).split('\n# ').find((one) => one.includes(button))
      expect(part, language).toMatch(/Google.*ML Kit/s)
    }
  })
})

describe('the catalogue is used', () => {
  it('no screen writes a sentence of its own', () => {
    const root = fileURLToPath(new URL('../src', import.meta.url))
    const own: string[] = []
    for (const path of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
      if (!path.endsWith('.svelte')) continue
      const markup = readFileSync(`${root}/${path}`, 'utf8')
        .replace(/<script[\s\S]*?<\/script>/g, '')
        .replace(/<!--[\s\S]*?-->/g, '')
        .replace(/=>/g, '')
      // Text between tags that is neither an expression nor the name of the app.
      for (const [, text] of markup.matchAll(/>([^<>{}]*[a-záéíóúñ]{4}[^<>{}]*)</gi)) {
        if (text && text.trim() !== 'Apoyo') own.push(`${path}: ${text.trim()}`)
      }
    }
    expect(own).toEqual([])
  })
})
