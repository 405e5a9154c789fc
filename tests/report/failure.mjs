// failure.mjs PAGE DIRECTORY BUNDLE...: the page of tests/report/failure.sh in chromium. DIRECTORY has
// BUNDLE.source-1.rgba and BUNDLE.output.rgba: every picture of each file, as gifvet decodes it.
// Prints "ok NAME" and "not ok NAME" lines.
//
// Rooms: helpers · in step · by hand · pictures · keyboard · looks · without a script
import fs from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const [, , path, directory, ...bundles] = process.argv;
const url = 'file://' + path;
const axe = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });

// ---- helpers ----

function is(name, what, why = '') {
  console.log(what ? `ok ${name}` : `not ok ${name}: ${why}`);
}

const noise = [];

async function open(options) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  page.on('console', message => noise.push(message.text()));
  page.on('pageerror', error => noise.push(error.message));
  page.on('request', request => {
    if (!/^(data:|file:)/.test(request.url())) noise.push('asks for ' + request.url());
  });
  await page.goto(url);
  return page;
}

const still = () => open({ reducedMotion: 'reduce' });

// The player of bundle i, seen and ready.
async function player(page, i) {
  const box = page.locator(`#f${i + 1} .fp-player`);
  await box.scrollIntoViewIfNeeded();
  await settles(box, null);
  return box;
}

// What the player is at and what it shows: [number, source's frame, output's frame].
const shown = box => box.evaluate(b => [+b.dataset.number,
  ...Array.from(b.querySelectorAll('canvas'), c => +c.dataset.frame)]);

const instants = box => box.evaluate(b => JSON.parse(b.dataset.instants));

// Does it show what the instant has?
const agrees = (list, now, count) => now.length === count + 1 &&
  (count === 2 ? list[now[0]][1] === now[1] && list[now[0]][2] === now[2] : list[now[0]][1] === now[1]);

// Waits, picture by picture of the browser, until it is at that instant; null: at any.
const settles = (box, number) => box.evaluate((b, wanted) => new Promise(done => {
  const look = () => (wanted === null ? 'number' in b.dataset : b.dataset.number === String(wanted))
    ? done() : requestAnimationFrame(look);
  look();
}), number);

// ---- in step ----

// Two of them: it takes as long as they play.
async function inStep() {
  const page = await open({});
  for (const name of bundles.filter(b => b === 'cut' || b === 'dropped')) {
    const i = bundles.indexOf(name);
    const box = await player(page, i);
    const list = await instants(box);
    const count = await box.locator('canvas').count();
    // Frame by frame of the browser, from one beginning to the next.
    const seen = await box.evaluate(b => new Promise(done => {
      const samples = [];
      let before = -1, begun = 0;
      const look = () => {
        const now = [+b.dataset.number, ...Array.from(b.querySelectorAll('canvas'), c => +c.dataset.frame)];
        begun += now[0] < before;
        if (begun > 0) samples.push(now);
        if (begun > 1) done(samples);
        else requestAnimationFrame(look);
        before = now[0];
      };
      look();
    }));
    const wrong = seen.find(now => !agrees(list, now, count));
    const different = new Set(seen.map(now => now[0])).size;
    is(`${name}: plays in step`, !wrong && different > 3,
      wrong ? `at instant ${wrong[0]} shows ${wrong.slice(1)}` : `${different} instants seen`);
    const button = box.locator('.fp-play');
    is(`${name}: a button stops it`, await button.textContent() === 'Pause');
    await button.click();
    const stopped = await shown(box);
    const later = await box.evaluate(b => new Promise(done => {
      let left = 30;
      const look = () => left-- > 0 ? requestAnimationFrame(look) : done(+b.dataset.number);
      look();
    }));
    is(`${name}: stopped`, await button.textContent() === 'Play' && later === stopped[0]);
  }
  await page.context().close();
}

// ---- by hand ----

async function byHand() {
  const page = await still();
  for (const [i, name] of bundles.entries()) {
    const box = await player(page, i);
    const list = await instants(box);
    const count = await box.locator('canvas').count();
    is(`${name}: begins still where motion is not wanted`,
      (await shown(box))[0] === 0 && await box.locator('.fp-play').textContent() === 'Play');
    const middle = Math.floor(list.length / 2);
    await box.locator('input').evaluate((input, cs) => {
      input.value = cs;
      input.dispatchEvent(new Event('input'));
    }, list[middle][0]);
    await settles(box, middle);
    is(`${name}: scrubbing moves both`, agrees(list, await shown(box), count), String(await shown(box)));
    const marks = box.locator('.fp-mark');
    const numbers = await marks.evaluateAll(all => all.map(a => +a.dataset.number));
    is(`${name}: every differing instant is marked`,
      String(numbers) === String(list.flatMap((at, n) => at[5] ? [n] : [])), String(numbers));
    const wrong = [];
    for (const k of new Set([0, numbers.length >> 1, numbers.length - 1])) {
      if (numbers.length === 0) break;
      await marks.nth(k).locator('.fp-hit').click();
      await settles(box, numbers[k]);
      if (!agrees(list, await shown(box), count)) wrong.push(numbers[k]);
    }
    is(`${name}: a click on a mark moves both there`, wrong.length === 0, String(wrong));
  }
  await page.context().close();
}

// ---- pictures ----

// FNV-1a, as digest() in the page.
function digest(bytes) {
  let hash = 2166136261;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 16777619);
  return hash;
}

// In the page: moves the scrubber to each of these times, and digests what either canvas shows then.
function digests(box, times) {
  const canvases = Array.from(box.querySelectorAll('canvas')), input = box.querySelector('input');
  const scratch = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  scratch.imageSmoothingEnabled = false;
  const digest = canvas => {
    const side = canvas.closest('.fp-side').dataset, width = +side.width, height = +side.height;
    scratch.canvas.width = width;
    scratch.canvas.height = height;
    scratch.imageSmoothingEnabled = false;
    scratch.drawImage(canvas, 0, 0, width, height);
    let hash = 2166136261;
    for (const byte of scratch.getImageData(0, 0, width, height).data) hash = Math.imul(hash ^ byte, 16777619);
    return hash;
  };
  const one = ([number, cs]) => new Promise(done => {
    input.value = cs;
    input.dispatchEvent(new Event('input'));
    const look = () => box.dataset.number === String(number) ? done(canvases.map(digest)) : setTimeout(look);
    look();
  });
  return times.reduce((before, time) => before.then(async all => [...all, await one(time)]), Promise.resolve([]));
}

// The pixels of both canvases at every instant, forwards and backwards, against the files'.
async function pictures() {
  const page = await still();
  for (const [i, name] of bundles.entries()) {
    const box = await player(page, i);
    const list = await instants(box);
    const sizes = await box.locator('canvas').evaluateAll(all => all.map(c =>
      c.closest('.fp-side').dataset.width * c.closest('.fp-side').dataset.height * 4));
    const files = ['source-1', 'output'].slice(0, sizes.length)
      .map(side => fs.readFileSync(`${directory}/${name}.${side}.rgba`));
    const order = [...list.keys(), ...[...list.keys()].reverse(), list.length - 1, 0];
    const seen = await box.evaluate(digests, order.map(n => [n, list[n][0]]));
    const wrong = new Set();
    order.forEach((n, k) => files.forEach((file, side) => {
      const from = list[n][1 + side] * sizes[side];
      if (digest(file.subarray(from, from + sizes[side])) !== seen[k][side]) wrong.add(`side ${side} at ${n}`);
    }));
    is(`${name}: pixel by pixel the pictures of the files`, wrong.size === 0 && sizes.length > 0,
      [...wrong].slice(0, 4).join(', '));
  }
  await page.context().close();
}

// ---- keyboard ----

async function keyboard() {
  const page = await still();
  const box = await player(page, 0);
  const list = await instants(box);
  const numbers = await box.locator('.fp-mark').evaluateAll(all => all.map(a => +a.dataset.number));
  await box.locator('.fp-play').focus();
  const reached = [];
  for (let i = 0; i < 6; i++) {
    reached.push(await page.evaluate(() => {
      const at = document.activeElement;
      return at.getAttribute('class') || at.type || at.localName;
    }));
    await page.keyboard.press('Tab');
  }
  is('keyboard: buttons, scrubber and marks in turn',
    /^fp-play,fp-back,fp-next,range,fp-mark/.test(reached.join()), reached.join());
  is('keyboard: the marks are one stop', !reached.slice(5).includes('fp-mark'), reached.join());
  await box.locator('.fp-mark').first().focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await settles(box, numbers[1]);
  is('keyboard: arrow and enter move both to a mark', agrees(list, await shown(box), 2));
  await box.locator('input').focus();
  await page.keyboard.press('ArrowLeft');
  await settles(box, numbers[1] - 1);
  is('keyboard: the scrubber goes by instants', agrees(list, await shown(box), 2));
  await box.locator('.fp-next').press('Enter');
  await settles(box, numbers.find(n => n > numbers[1] - 1));
  is('keyboard: the next difference', agrees(list, await shown(box), 2));
  await page.context().close();
}

// ---- looks ----

async function looks() {
  for (const colorScheme of ['light', 'dark'])
    for (const width of [1280, 390]) {
      const name = `${colorScheme}, ${width} pixels`;
      const page = await open({ colorScheme, viewport: { width, height: 900 }, reducedMotion: 'reduce' });
      await player(page, 0);
      await page.evaluate(() => document.querySelectorAll('details').forEach(d => { d.open = true; }));
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      is(`${name}: nothing sticks out`, wide <= width, `${wide} pixels`);
      if (process.env.SHOTS)
        await page.screenshot({ path: `${process.env.SHOTS}/failure-${colorScheme}-${width}.png`, fullPage: true });
      // One failure with all there is to say; axe-core takes long.
      await page.evaluate(() => document.querySelectorAll('section:not(:first-of-type)').forEach(s => s.remove()));
      await page.evaluate(axe);
      const found = (await page.evaluate(() => axe.run())).violations;
      is(`${name}: axe-core has nothing to say`, found.length === 0,
        found.map(v => `${v.id}: ${v.nodes[0].html.slice(0, 80)}`).join('; '));
      await page.context().close();
    }
}

// ---- without a script ----

async function withoutScript() {
  const page = await open({ javaScriptEnabled: false });
  const first = page.locator('#f1');
  is('no script: no dead buttons', await page.locator('button:visible, input:visible').count() === 0);
  is('no script: the worst instant stands', await first.locator('.fp-worst img:visible').count() >= 3);
  await first.locator('.fp-gifs summary').click();
  const gifs = first.locator('.fp-gif:visible');
  is('no script: the two files themselves', await gifs.count() === 2);
  const href = await first.locator('.fp-mark').first().getAttribute('href');
  is('no script: a mark leads to a row of the output', await page.locator(`tr${href}`).count() === 1, href);
  if (process.env.SHOTS)
    await page.screenshot({ path: `${process.env.SHOTS}/failure-plain.png`, fullPage: true });
  await page.emulateMedia({ media: 'print' });
  is('in print: pictures, no player', await first.locator('.fp-worst img:visible').count() >= 3 &&
    await page.locator('.fp-films:visible, .fp-controls:visible, .fp-gifs:visible').count() === 0);
  await page.context().close();
}

for (const test of [inStep, byHand, pictures, keyboard, looks, withoutScript])
  await test().catch(error => is(test.name, false, error.message.split('\n')[0]));
is('no message on the console, nothing asked of a network', noise.length === 0, noise.slice(0, 3).join('; '));
await browser.close();
