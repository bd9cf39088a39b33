/** Does `work` for every item, at most `parallel` of them at a time. Stops taking items with the first failure. */
export const eachOf = async <Item>(
  items: readonly Item[],
  parallel: number,
  work: (item: Item) => Promise<void>,
): Promise<void> => {
  let hasFailed = false;
  const queue = items.values();
  const worker = async (): Promise<void> => {
    for (const item of queue) {
      if (hasFailed) return;
      await work(item).catch((error: unknown) => {
        hasFailed = true;
        throw error;
      });
    }
  };
  await Promise.all(Array.from({ length: parallel }, worker));
};
