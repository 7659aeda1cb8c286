// What the tablet keeps in IndexedDB: scans that wait, scans that need a look, who stands
// where on this tablet, the roster.

const VERSION = 3;
const STORES = { scans: 'scan_id', trouble: 'scan_id', met: 'id', kept: 'name', requests: 'id' };

function open(name) {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, VERSION);
    request.onupgradeneeded = () => {
      const db = request.result;
      for (const [store, keyPath] of Object.entries(STORES)) {
        if (!db.objectStoreNames.contains(store)) db.createObjectStore(store, { keyPath });
      }
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error('blocked'));
  });
}

export class Store {
  /** @param {string} name @param {(broken: boolean) => void} onbroken */
  constructor(name, onbroken) {
    this.name = name;
    this.onbroken = onbroken;
    this.broken = false;
  }

  async connect() {
    if (!this.db) {
      this.db = await open(this.name);
      // Browsers take the connection away now and then; a newer page asks for it.
      this.db.onclose = () => (this.db = null);
      this.db.onversionchange = () => {
        this.db.close();
        this.db = null;
      };
    }
    return this.db;
  }

  /**
   * Do work in one transaction; resolves when it is on the disk, with what the work's
   * request found. A lost connection is opened once more.
   * @param {string[]} names
   * @param {IDBTransactionMode} mode
   * @param {(...stores: IDBObjectStore[]) => IDBRequest|void} work
   * @param {IDBTransactionDurability} [durability] strict: what must outlive a power cut
   */
  async run(names, mode, work, durability = 'relaxed') {
    try {
      const found = await this.once(names, mode, work, durability).catch(() => {
        this.db = null;
        return this.once(names, mode, work, durability);
      });
      this.tell(false);
      return found;
    } catch (error) {
      this.tell(true);
      throw error;
    }
  }

  async once(names, mode, work, durability) {
    const db = await this.connect();
    const transaction = db.transaction(names, mode, { durability });
    const finished = new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error ?? new Error('aborted'));
    });
    const request = work(...names.map((name) => transaction.objectStore(name)));
    await finished;
    return request?.result;
  }

  /** Give the connection back; the next step opens it again. */
  close() {
    this.db?.close();
    this.db = null;
  }

  tell(broken) {
    if (broken !== this.broken) this.onbroken(broken);
    this.broken = broken;
  }

  all(name) {
    return this.run([name], 'readonly', (store) => store.getAll());
  }
}
