// Requests to our own server: JSON, the CSRF header, problem+json as plain data.

/** @typedef {{ok: boolean, status: number, data: any, text: string, headers: Headers|null}} Answer */

const token = () => document.querySelector('meta[name="csrf-token"]')?.content ?? '';

/**
 * Send JSON; never throws. `status` 0 means that the server did not answer.
 * @param {string} method
 * @param {string} url
 * @param {unknown} [body]
 * @param {{signal?: AbortSignal, headers?: Record<string, string>}} [options]
 * @returns {Promise<Answer>}
 */
export async function send(method, url, body, options = {}) {
  const headers = { Accept: 'application/json', 'X-CSRF-Token': token(), ...options.headers };
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  try {
    const response = await fetch(url, {
      method,
      headers,
      credentials: 'same-origin',
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: options.signal,
    });
    const text = await response.text();
    return {
      ok: response.ok,
      status: response.status,
      data: text ? parsed(text) : null,
      text,
      headers: response.headers,
    };
  } catch {
    return { ok: false, status: 0, data: null, text: '', headers: null };
  }
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

export const get = (url, options) => send('GET', url, undefined, options);
export const post = (url, body = {}, options) => send('POST', url, body, options);
export const patch = (url, body) => send('PATCH', url, body);
export const put = (url, body) => send('PUT', url, body);
export const remove = (url) => send('DELETE', url);
