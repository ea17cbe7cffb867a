// Where the focus is: a name for it, whether it can be seen there, and whether it lies in the window; null at the end of the page,
// which is also where it begins again from the top.
() => {
  const element = document.activeElement
  if (!element || element === document.body) return null
  const before = walked.get(element) ?? 0
  walked.set(element, before + 1)
  if (before) return element.type === 'date' && before < 4 ? 'still here' : null // a date has a stop for each of its parts
  const style = getComputedStyle(element), box = element.getBoundingClientRect()
  const number = text => text.match(/[\d.]+/g).map(Number)
  const light = colour => {
    const [r, g, b] = colour.slice(0, 3).map(part => (part /= 255) <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  let under = [255, 255, 255]
  for (let at = element.parentElement; at; at = at.parentElement) {
    const colour = number(getComputedStyle(at).backgroundColor)
    if (colour.length < 4 || colour[3] === 1) { under = colour; break }
  }
  const [dark, bright] = [light(number(style.outlineColor)), light(under)].sort((a, b) => a - b)
  const isSeen = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 && (bright + 0.05) / (dark + 0.05) >= 3
  const middle = [box.left + box.width / 2, box.top + Math.min(box.height / 2, 20)]
  const hit = document.elementFromPoint(...middle)
  const isThere = !!hit && (element.contains(hit) || hit.contains(element) || [...(element.labels || [])].some(one => one.contains(hit)))
  const name = (element.getAttribute('aria-label') || (element.labels || [])[0]?.textContent || element.textContent || element.id).trim()
  return { name: name.replace(/\s+/g, ' '), kind: element.type || element.tagName.toLowerCase(), isSeen, isThere }
}
