// Emitter and server killed at random: nothing that was spooled is lost, nothing is there twice.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { Emitter } from '@gatelog/client';

import { place } from './places.mjs';

const KILLS = 50;
const PROGRAM = fileURLToPath(new URL('until-killed.mjs', import.meta.url));

/** Numbers that look random and follow from a seed (mulberry32): below `end`. */
function randomOf(seed) {
  let state = seed;
  return (end) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % end;
  };
}

/** Starts an emitter and kills it when it has said so many groups. The ids it said are spooled. */
async function killAfter(groups, parameters) {
  const child = spawn(process.execPath, [PROGRAM, ...parameters], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (more) => {
    text += more;
    if (text.split('\n').length > groups) child.kill('SIGKILL');
  });
  const [, signal] = await once(child, 'close');
  assert.equal(signal, 'SIGKILL', 'the emitter ended by itself');
  const whole = text.split('\n').slice(0, -1).map((line) => line.split(' '));
  return whole.flatMap(([, group, events]) =>
    Array.from({ length: Number(events) }, (_, event) => `${group}-${event}`),
  );
}

test('emitter and server killed at random', async (context) => {
  const seed = Number(process.env.GATELOG_SEED ?? randomInt(2 ** 31));
  context.diagnostic(`seed ${seed}: GATELOG_SEED=${seed} runs the same again`);
  const random = randomOf(seed);
  const here = await place();
  context.after(() => here.remove());
  const spooled = new Set();
  for (let life = 0; life < KILLS; life += 1) {
    const emitting = killAfter(random(60) + 1, [here.address, here.key, here.spool, life]);
    if (random(2) === 0) await here.kill();
    for (const id of await emitting) spooled.add(id);
    await here.kill();
    await here.restart();
  }
  const emitter = await Emitter.open({ url: here.address, key: here.key, spool: here.spool });
  const counts = await emitter.shutdown(60_000);
  assert.deepEqual([counts.rejected, counts.lost], [0, 0]);

  const events = await here.events();
  const ids = new Set(events.map(({ id }) => id));
  assert.equal(ids.size, events.length, 'an event is there twice');
  assert.deepEqual([...spooled].filter((id) => !ids.has(id)), [], 'spooled and lost');
  // One producer in all its lives, and no gap in its numbers.
  const producers = events.map(({ data }) => data.producer);
  assert.equal(new Set(producers.map(({ id }) => id)).size, 1);
  const sequences = producers.map(({ sequence }) => sequence).sort((left, right) => left - right);
  assert.deepEqual(sequences, Array.from(events, (_, place) => place + 1));
});
