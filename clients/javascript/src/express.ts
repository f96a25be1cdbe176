// Records each HTTP call of an Express application (or of anything with the same middleware).
//
// Recorded are method, route template, status, duration, the client's address, user agent and request
// id. Never a body, a path with its values, or a query string.

import type { Emitter } from './emitter.js';
import type { Event } from './event.js';

/** What is read of a request. */
export interface Request {
  method?: string | undefined;
  headers: Record<string, string | string[] | undefined>;
  /** As Express tells it, with its `trust proxy`. */
  ip?: string | undefined;
  baseUrl?: string;
  route?: { path?: unknown };
}

/** What is read of an answer. */
export interface Response {
  statusCode: number;
  writableFinished: boolean;
  once(name: 'close', listener: () => void): unknown;
}

/** Adds to an event what the application knows of a request: actor, application, whatever else. */
export type Describe<R extends Request> = (request: R) => Partial<Event>;

/**
 * A middleware that emits an event `http.request` for each call, when it is answered. `describe` is
 * asked then, so that whoever signs people in has done so.
 */
export function expressMiddleware<R extends Request>(emitter: Emitter, describe: Describe<R> = () => ({})) {
  return (request: R, response: Response, next: () => void): void => {
    const startedMs = performance.now();
    response.once('close', () => {
      const durationMs = Math.round(performance.now() - startedMs);
      const more = described(request, describe);
      const data = { ...called(request, response, durationMs), ...more.data };
      emitter.emit({ ...told(request, response), ...more, data });
    });
    next();
  };
}

/** What `describe` adds. If it throws, the call is recorded with that, and the application goes on. */
function described<R extends Request>(request: R, describe: Describe<R>): Partial<Event> {
  try {
    return describe(request);
  } catch (error) {
    return { data: { describe_error: String(error) } };
  }
}

function told(request: Request, response: Response): Event {
  const header = (name: string) => {
    const value = request.headers[name];
    return Array.isArray(value) ? value[0] : value;
  };
  const [userAgent, id] = [header('user-agent'), header('x-request-id')];
  const isSuccess = response.writableFinished && response.statusCode < 400;
  return {
    type: 'http.request',
    outcome: isSuccess ? 'success' : 'failure',
    ...(request.ip !== undefined && { ip: request.ip }),
    ...(userAgent !== undefined && { user_agent: userAgent }),
    ...(id !== undefined && { request: id }),
    ...(!response.writableFinished && {
      error: { code: 'http.unanswered', message: 'no answer was made, or its client has gone' },
    }),
  };
}

function called(request: Request, response: Response, durationMs: number): Record<string, unknown> {
  const path = request.route?.path;
  return {
    method: request.method,
    ...(typeof path === 'string' && { route: `${request.baseUrl ?? ''}${path}` }),
    ...(response.writableFinished && { status: response.statusCode }),
    duration_ms: durationMs,
  };
}
