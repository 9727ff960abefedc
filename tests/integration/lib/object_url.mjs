// Signed addresses of objects, made from docs/storage-http.md alone.
import { createHmac } from 'node:crypto';

const hmac = (key, message) => createHmac('sha256', key).update(message).digest();

export class UrlSigner {
  constructor(secret) {
    this.key = hmac(secret, 'storage-http-v1');
    this.key_id = hmac(this.key, 'key id').toString('hex').slice(0, 8);
  }

  // `more`: parameters beside the three that are needed, in their order.
  target({ application, user, file, name = '' }, { life_s = 60, ...more } = {}) {
    const expires = Math.floor(Date.now() / 1000) + life_s;
    const parameters = { application, user, expires, ...more, key: this.key_id };
    const query = Object.entries(parameters)
      .map(([key, value]) => `${key}=${encodeURIComponent(value)}`)
      .join('&');
    const path = [...file.split('/'), ...(name ? [name] : [])].map(encodeURIComponent).join('/');
    const signature = hmac(this.key, `${file}\0${name}\0${query}`).toString('hex');
    return `/${path}?${query}&signature=${signature}`;
  }
}
