// What a person who cannot see well, has no mouse or a small telephone would stumble over on this page, as a list of sentences.
() => {
  const faults = []
  const number = text => text.match(/[\d.]+/g).map(Number)
  const over = (top, under) => { // a colour with a transparency, over another
    const alpha = top.length > 3 ? top[3] : 1
    return [0, 1, 2].map(i => top[i] * alpha + under[i] * (1 - alpha))
  }
  const light = colour => {
    const [r, g, b] = colour.map(part => (part /= 255) <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const contrast = (one, other) => { // WCAG 2.2, relative luminance
    const [dark, bright] = [light(one), light(other)].sort((a, b) => a - b)
    return (bright + 0.05) / (dark + 0.05)
  }
  const ground = element => {
    const above = []
    for (let at = element; at; at = at.parentElement) above.push(number(getComputedStyle(at).backgroundColor))
    return above.reduceRight((under, top) => over(top, under), [255, 255, 255])
  }
  const shown = element => element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && (() => {
    const box = element.getBoundingClientRect()
    return box.width > 1 && box.height > 1 && box.right > 0 && box.bottom + scrollY > 0
  })()
  const about = element => (element.textContent || element.name || element.id || element.tagName).trim().slice(0, 40)

  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement
    if (!walker.currentNode.data.trim() || !shown(element) || element.closest('option, svg')) continue
    const style = getComputedStyle(element), size = parseFloat(style.fontSize)
    const needed = size >= 24 || (size >= 18.66 && parseInt(style.fontWeight) >= 700) ? 3 : 4.5
    const under = ground(element), found = contrast(over(number(style.color), under), under)
    if (found < needed) faults.push(`contrast ${found.toFixed(2)} of "${about(element)}"`)
    if (size < 12) faults.push(`letters of ${size}px: "${about(element)}"`)
  }
  for (const element of document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')) {
    if (!shown(element)) continue
    const style = getComputedStyle(element), box = element.getBoundingClientRect()
    const inSentence = element.tagName === 'A' && style.display.startsWith('inline')
    if (!inSentence && Math.min(box.width, box.height) < 24) faults.push(`target ${Math.round(box.width)}x${Math.round(box.height)}: "${about(element)}"`)
    if (element.matches('select, textarea, input:not([type=checkbox]):not([type=radio])')) {
      const under = ground(element.parentElement)
      const seen = Math.max(contrast(over(number(style.borderTopColor), under), under), contrast(ground(element), under))
      if (seen < 3 || style.borderTopStyle === 'none') faults.push(`edge ${seen.toFixed(2)} of ${about(element)}`)
    }
  }
  const wide = document.scrollingElement.scrollWidth - document.documentElement.clientWidth
  if (wide > 0) {
    const out = [...document.body.querySelectorAll('*')].filter(one => shown(one) && one.getBoundingClientRect().right > innerWidth + 1).pop()
    faults.push(`${wide}px wider than the window: "${out ? about(out) : ''}"`)
  }
  const levels = [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].filter(shown).map(one => Number(one.tagName[1]))
  levels.forEach((level, i) => { if (level > (levels[i - 1] || 0) + 1) faults.push(`a heading ${level} after ${levels[i - 1] || 'nothing'}`) })
  if (levels.filter(level => level === 1).length !== 1) faults.push('not one first heading')
  if (!['nl', 'en'].includes(document.documentElement.lang)) faults.push('a page without a language')
  const ids = [...document.querySelectorAll('[id]')].map(one => one.id)
  for (const id of ids.filter((one, i) => ids.indexOf(one) !== i)) faults.push(`two are called #${id}`)
  return faults
}
