import { once } from 'node:events';
import type { Socket } from 'node:net';

interface Wire {
  readonly near: Socket;
  readonly far: Socket;
}

/**
 * Connections that can be cut as a network is: nothing passes any more, neither bytes nor the end of a connection,
 * and nobody is told. What was sent meanwhile arrives when the link is healed, as TCP repeats what was lost.
 */
export class Link {
  readonly #wires = new Set<Wire>();
  #cut = false;
  #heal: () => void = () => undefined;
  #healed: Promise<void> = Promise.resolve();

  /**
   * @param near an accepted connection
   * @param open connects to where it leads
   * @param greeting written to `near` once that has worked
   */
  carry(near: Socket, open: () => Socket, greeting = ''): void {
    near.on('error', () => undefined);
    void this.#carry(near, open, greeting);
  }

  cut(): void {
    this.#cut = true;
    this.#healed = new Promise((resolve) => {
      this.#heal = resolve;
    });
    for (const { near, far } of this.#wires) {
      near.unpipe(far);
      far.unpipe(near);
    }
  }

  heal(): void {
    this.#cut = false;
    this.#heal();
    for (const wire of this.#wires) this.#run(wire);
  }

  close(): void {
    this.#heal();
    for (const wire of this.#wires) this.#end(wire);
  }

  async #carry(near: Socket, open: () => Socket, greeting: string): Promise<void> {
    await this.#healed;
    const far = open();
    try {
      await once(far, 'connect');
    } catch {
      near.destroy();
      return;
    }
    far.on('error', () => undefined);
    near.write(greeting);
    const wire = { near, far };
    this.#wires.add(wire);
    for (const socket of [near, far]) {
      socket.on('close', () => {
        if (!this.#cut) this.#end(wire);
      });
    }
    if (!this.#cut) this.#run(wire);
  }

  #run(wire: Wire): void {
    const { near, far } = wire;
    if (near.destroyed || far.destroyed) {
      this.#end(wire);
      return;
    }
    near.pipe(far);
    far.pipe(near);
  }

  #end(wire: Wire): void {
    this.#wires.delete(wire);
    wire.near.destroy();
    wire.far.destroy();
  }
}
