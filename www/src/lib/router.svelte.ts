// Which page the address names. Links are plain <a href>; a click on one changes the address
// without loading the page anew.

import { routeOf, type Route } from './paths';

// The state of addresses that were reached from within the page.
const kWithin = 'within';

class Router {
  route: Route = $state.raw(this.#read());

  start(): void {
    addEventListener('popstate', () => (this.route = this.#read()));
    document.addEventListener('click', (event) => this.#follow(event));
  }

  go(url: string): void {
    history.pushState(kWithin, '', url);
    this.route = this.#read();
  }

  // Whether the address before is one of this page.
  get canGoBack(): boolean {
    return history.state === kWithin;
  }

  // As go, without a way back to the present address.
  replace(url: string): void {
    history.replaceState(history.state, '', url);
    this.route = this.#read();
  }

  #read(): Route {
    return routeOf(location.pathname, location.search);
  }

  #follow(event: MouseEvent): void {
    const modified = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
    if (event.defaultPrevented || event.button !== 0 || modified) return;
    const link = (event.target as Element).closest('a');
    if (!link || link.target || link.hasAttribute('download')) return;
    if (link.origin !== location.origin) return;
    if (routeOf(link.pathname, link.search).page === 'unknown') return;
    event.preventDefault();
    this.go(link.href);
  }
}

export const router = new Router();
