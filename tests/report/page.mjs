// page.mjs SCREENSHOTS WEEK HOSTILE EMPTY PICTURES: whole pages of gifvet report in chromium. Prints
// "ok NAME" and "not ok NAME" lines.
//
// Rooms: helpers · looks · texts stay texts · keyboard · pictures · policy · paper · without a script
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const [, , shots, ...pages] = process.argv;
const axe = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });

// ---- helpers ----

function is(name, what, why = '') {
  console.log(what ? `ok ${name}` : `not ok ${name}: ${why}`);
}

const noise = [];

async function open(file, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  page.on('console', message => noise.push(message.text()));
  page.on('pageerror', error => noise.push(error.message));
  page.on('dialog', dialog => { noise.push('dialog ' + dialog.message()); dialog.dismiss(); });
  page.on('request', request => {
    if (request.url() !== 'file://' + path.resolve(file) && !request.url().startsWith('data:')) noise.push('asks for ' + request.url());
  });
  await page.goto('file://' + path.resolve(file));
  return page;
}

const opened = page => page.evaluate(() => document.querySelectorAll('details').forEach(d => { d.open = true; }));

// ---- looks ----

async function violations(page) {
  // The page's policy holds for axe as well: it comes in by the debugger.
  await page.evaluate(axe);
  const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
  return found.violations.map(v => `${v.id}: ${v.nodes[0].html.slice(0, 120)}`).join('; ');
}

// What sticks out to the right of the page, without being scrolled in a region of its own.
const sticksOut = page => page.evaluate(() => {
  const wide = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > wide) return `${document.documentElement.scrollWidth} > ${wide}`;
  const out = [...document.querySelectorAll('main *, header *')].find(e =>
    !e.closest('.scroll, .fp-scroll') && !e.closest('svg') && e.getBoundingClientRect().right > wide + 1);
  return out ? out.outerHTML.slice(0, 120) : '';
});

// Labels of a plot that lie over each other, or are cut at the window's left.
const crowded = page => page.evaluate(() => {
  const wrong = [];
  for (const plot of document.querySelectorAll('svg.plot')) {
    const boxes = [...plot.querySelectorAll('text')].filter(t => getComputedStyle(t).display !== 'none')
      .map(t => [t.textContent, t.getBoundingClientRect()]);
    for (const [i, [a, p]] of boxes.entries()) {
      if (p.left < 0 || p.right > innerWidth || p.height < 10) wrong.push(`${a} is cut or small`);
      for (const [b, q] of boxes.slice(i + 1))
        if (p.left < q.right && q.left < p.right && p.top < q.bottom - 2 && q.top < p.bottom - 2) wrong.push(`${a} over ${b}`);
    }
  }
  return wrong.join('; ');
});

async function looks(file) {
  const name = path.basename(file, '.html');
  for (const colorScheme of ['light', 'dark'])
    for (const width of [1280, 390]) {
      const what = `${name}, ${colorScheme}, ${width}`;
      const page = await open(file, { colorScheme, viewport: { width, height: 900 } });
      await page.screenshot({ path: `${shots}/${name}-${colorScheme}-${width}.png`, fullPage: true });
      let why = await crowded(page);
      is(`${what}: labels have room`, why === '', why);
      // The arms of a log that is opened are slow to look at: each scheme sees one half opened.
      if ((width === 390) === (colorScheme === 'dark')) await opened(page);
      why = await sticksOut(page);
      is(`${what}: nothing sticks out`, why === '', why);
      why = await violations(page);
      is(`${what}: axe finds nothing`, why === '', why);
      await page.context().close();
    }
}

// ---- texts stay texts ----

async function texts(file) {
  const page = await open(file);
  await opened(page);
  const made = await page.evaluate(() => ({
    scripts: document.scripts.length, styles: document.styleSheets.length,
    strangers: document.querySelectorAll('img, iframe, object, form').length, title: document.title,
    sees: document.body.innerText.includes('<script>alert(1)</script><img src=x onerror=alert(1)>"\'&amp;'),
  }));
  is('texts make no elements', made.scripts === 1 && made.styles === 1 && made.strangers === 0, JSON.stringify(made));
  is('and are seen as they are', made.sees, JSON.stringify(made));
  await page.context().close();
}

// ---- keyboard ----

const focused = page => page.evaluate(() => {
  const e = document.activeElement, s = getComputedStyle(e);
  return { tag: e.tagName, skip: e.classList.contains('skip'), cause: e.parentElement?.classList.contains('cause'),
    failure: e.parentElement?.classList.contains('failure'), open: e.parentElement?.open,
    visible: s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2 };
});

// Tab until what() holds of the focus; null when the page has no such place.
async function tabTo(page, what) {
  for (let i = 0; i < 60; i++) {
    await page.keyboard.press('Tab');
    const at = await focused(page);
    if (at.tag === 'BODY') return null;
    if (what(at)) return at;
  }
  return null;
}

async function keyboard(file) {
  const page = await open(file);
  await page.keyboard.press('Tab');
  is('the first stop skips to the failures', (await focused(page)).skip);
  await page.keyboard.press('Enter');
  is('and does', await page.evaluate(() => location.hash === '#h-failures' &&
    document.querySelector('#h-failures').getBoundingClientRect().top < innerHeight));
  const cause = await tabTo(page, at => at.cause && !at.open) ?? await tabTo(page, at => at.cause);
  is('Tab reaches a cause that is closed', cause !== null && !cause.open);
  is('its focus is visible', cause?.visible);
  await page.keyboard.press('Enter');
  is('Enter opens it', (await focused(page)).open === true);
  const failure = await tabTo(page, at => at.failure);
  is('Tab goes on to a failure in it', failure !== null && failure.visible);
  await page.keyboard.press(' ');
  is('Space opens it', (await focused(page)).open === true);
  const inside = await tabTo(page, at => at.tag === 'SUMMARY' && !at.failure && !at.cause);
  is('Tab goes on to what is in it', inside !== null);
  await page.keyboard.press('Enter');
  is('Enter shows it', await page.evaluate(() => document.activeElement.nextElementSibling.checkVisibility()));
  await page.context().close();
}

// ---- pictures ----

// Waits, picture by picture of the browser, until the player is at another instant than that; gives it.
const movesFrom = (box, before) => box.evaluate((b, number) => new Promise(done => {
  const look = () => 'number' in b.dataset && b.dataset.number !== number
    ? done(b.dataset.number) : requestAnimationFrame(look);
  look();
}), before);

// How the players of a page behave where there are others: tests/report/failure.mjs.
async function pictures(file) {
  const page = await open(file);
  page.setDefaultTimeout(60000);
  is('pictures: each failure has a player', await page.locator('.failure .fp-player.fp-ready').count() === 3,
    `${await page.locator('.fp-player.fp-ready').count()} ready`);
  await opened(page);
  const box = page.locator('.fp-player').first();
  await box.scrollIntoViewIfNeeded();
  const first = await movesFrom(box, null);
  is('pictures: it plays by itself, where it is seen', await movesFrom(box, first) !== first);
  await box.locator('.fp-play').click();
  const [at, text] = await box.evaluate(b => [b.dataset.number, b.querySelector('.fp-play').textContent]);
  is('pictures: its button stops it', text === 'Play', text);
  await box.locator('.fp-next').click();
  const next = await movesFrom(box, at);
  const differs = await box.evaluate((b, n) => JSON.parse(b.dataset.instants)[n][5], next);
  is('pictures: and another goes to a difference', differs === 1, `instant ${next}`);
  const drawn = await box.locator('canvas').evaluateAll(all => all.map(c =>
    new Set(new Uint32Array(c.getContext('2d').getImageData(0, 0, c.width, c.height).data.buffer)).size));
  is('pictures: both animations are drawn', drawn.length === 2 && drawn.every(colours => colours > 1), String(drawn));
  await page.screenshot({ path: `${shots}/pictures-open.png`, fullPage: true });
  await page.context().close();
}

// ---- policy ----

// What the page's policy does not allow is refused; the console says so, which is no noise here.
async function policy(file) {
  const page = await (await browser.newContext()).newPage();
  await page.goto('file://' + path.resolve(file));
  const refused = await page.evaluate(() => new Promise(done => {
    const seen = [];
    setTimeout(() => done(seen.sort().join(' ')), 20000); // what is allowed is not reported
    document.addEventListener('securitypolicyviolation', event => {
      seen.push(event.effectiveDirective);
      if (seen.length === 3) done(seen.sort().join(' '));
    });
    const script = document.createElement('script'), style = document.createElement('style'), image = new Image();
    script.textContent = 'window.ran = true';
    style.textContent = 'body { display: none }';
    image.src = 'https://example.org/x.png';
    document.body.append(script, style, image);
  }));
  is('policy: scripts, styles and pictures of others are refused',
    refused === 'img-src script-src-elem style-src-elem' && !await page.evaluate(() => 'ran' in window), refused);
  await page.context().close();
}

// ---- paper ----

async function paper(file) {
  const page = await open(file, { colorScheme: 'dark' });
  await page.emulateMedia({ media: 'print' });
  await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
  const state = await page.evaluate(() => ({
    closed: document.querySelectorAll('details.cause:not([open])').length,
    paper: getComputedStyle(document.body).backgroundColor, ink: getComputedStyle(document.body).color,
  }));
  is('on paper every cause is open', state.closed === 0, `${state.closed} closed`);
  is('and it is dark on white', state.paper === 'rgb(255, 255, 255)' && state.ink === 'rgb(0, 0, 0)', JSON.stringify(state));
  await page.evaluate(() => dispatchEvent(new Event('afterprint')));
  is('and closed again behind it', await page.locator('details.cause:not([open])').count() > 0);
  fs.writeFileSync(`${shots}/paper.pdf`, await page.pdf({ format: 'A4' }));
  await page.context().close();
}

// ---- without a script ----

async function plain(file) {
  const page = await open(file, { javaScriptEnabled: false });
  await page.locator('details.cause > summary').nth(1).click();
  await page.locator('details.cause').nth(1).locator('details.failure > summary').first().click();
  is('without a script a failure can be opened and read',
    await page.locator('details.cause').nth(1).locator('.failure .messages').first().isVisible());
  const height = await page.locator('svg.plot path.bars').first().boundingBox();
  is('and plots are drawn', height !== null && height.height > 20);
  await page.context().close();
}

for (const file of pages) await looks(file);
await texts(pages[1]);
await keyboard(pages[0]);
await pictures(pages[3]);
await policy(pages[3]);
await paper(pages[0]);
await plain(pages[0]);
is('nothing is said in the console, nothing asked for', noise.length === 0, noise.slice(0, 3).join('; '));
await browser.close();
