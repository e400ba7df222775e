// Recognises in OpenOCD's log that it has lost its debug probe: unplugged, or cut off while the machine slept. OpenOCD itself goes on
// trying with the dead handle for ever. A chip without power or in reset is another matter: OpenOCD finds it again by itself. Pure.

/** What the adapter drivers say when the probe does not answer any more (OpenOCD `src/jtag/drivers`, `src/helper/log.c`). */
const SYMPTOM = new RegExp(
  [
    // libusb_helper.c, mpsse.c, rlink.c …
    'LIBUSB_ERROR_(?:NO_DEVICE|IO|PIPE|NOT_FOUND)\\b',
    // The same in libusb's words: cmsis_dap_usb_bulk.c.
    'No such device|Input/Output Error',
    // cmsis_dap_usb_bulk.c and cmsis_dap_usb_hid.c, jlink.c, osbdm.c.
    'error (?:reading|writing|submitting) (?:USB )?(?:data|read|write)',
    'jaylink_\\w+\\(\\) failed',
    'OSBDM communication error',
    // remote_bitbang.c: the other end of the socket.
    "Error on socket 'remote_bitbang",
  ].join('|'),
  'i',
);

/** A single fault of the cable is no loss. */
const LINES = 3;
const WITHIN_MS = 5000;

export class ProbeLoss {
  #times: number[] = [];

  /**
   * Takes the next line of the log.
   * @param nowMs any steady clock
   * @returns true when the probe is lost
   */
  line(text: string, nowMs: number): boolean {
    if (!SYMPTOM.test(text)) return false;
    this.#times = [...this.#times.filter((time) => nowMs - time <= WITHIN_MS), nowMs];
    return this.#times.length >= LINES;
  }
}
