export type InTurn = <Result>(id: string, work: () => Promise<Result>) => Promise<Result>;

/** Works on one thing one after the other, in the order of asking, and on different things side by side. */
export const inTurn = (): InTurn => {
  const last = new Map<string, Promise<unknown>>();
  return async (id, work) => {
    const before = last.get(id);
    const turn = before === undefined ? work() : before.then(work, work);
    last.set(id, turn);
    try {
      return await turn;
    } finally {
      if (last.get(id) === turn) last.delete(id);
    }
  };
};
