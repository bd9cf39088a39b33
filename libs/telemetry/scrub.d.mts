/** Removes from a text (JSON or not) what stands under the name of a secret or looks like a key. */
export declare const scrub: (text: string) => string;
