// Where the memories of the board are.

export const FLASH = { base: 0x08000000, bytes: 128 * 1024 } as const;
export const RAM = { base: 0x20000000, bytes: 16 * 1024 } as const;
/** Where the second core finds its vector table; while that is blank it waits in the boot ROM. */
export const SECOND_CORE_VECTORS = FLASH.base + FLASH.bytes / 2;
