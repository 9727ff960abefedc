// Who is signed in. The browser holds the session in a cookie that scripts cannot read.

import * as api from './api';
import { forgetListings } from './listing.svelte';

class Session {
  // undefined until the server was asked.
  user = $state.raw<api.User | null | undefined>(undefined);
  problem = $state.raw<api.Problem | null>(null);
  // Called when another user may be next: nothing of the last one may stay.
  onUserGone: () => void = () => {};
  #lastUserId: string | null = null;

  readonly canWrite = $derived(this.user != null && this.user.role !== 'read_only');

  async start(): Promise<void> {
    api.whenSignedOut(() => (this.user = null));
    this.problem = null;
    try {
      this.#enter(await api.me());
    } catch (error) {
      const problem = error as api.Problem;
      if (problem.code === 'unauthenticated') this.user = null;
      else this.problem = problem;
    }
  }

  // Asks again how much is used. Failing is no matter: the next change asks again.
  async refresh(): Promise<void> {
    try {
      this.user = await api.me();
    } catch (error) {
      if ((error as api.Problem).code === 'unauthenticated') this.user = null;
    }
  }

  async signIn(credentials: api.Credentials): Promise<void> {
    this.#enter((await api.signIn(credentials)).user);
  }

  async signOut(): Promise<void> {
    try {
      await api.signOut();
    } catch (error) {
      if ((error as api.Problem).code !== 'unauthenticated') throw error;
    }
    this.#forget();
    this.user = null;
  }

  #enter(user: api.User): void {
    if (this.#lastUserId !== null && this.#lastUserId !== user.id) this.#forget();
    this.#lastUserId = user.id;
    this.user = user;
  }

  #forget(): void {
    forgetListings();
    this.onUserGone();
  }
}

export const session = new Session();
