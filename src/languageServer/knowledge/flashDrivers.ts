// Names of the NOR flash drivers of OpenOCD 0.10 to 0.12 and its development version. OpenOCD cannot list them: an installed
// one is asked about each of these (harvest.ts). Source: `.name` of each `struct flash_driver` in OpenOCD src/flash/nor/*.c.
export const flashDriverNames: readonly string[] = (
  'aduc702x aducm360 ambiqmicro artery at91sam3 at91sam4 at91sam4l at91sam7 at91samd ath79 atsame5 atsamv avr bl602 ' +
  'bluenrg-x cc26xx cc3220sf cfi dsp5680xx_flash dw-spi efm32 em357 eneispif esirisc faux fespi fm3 fm4 hpm_xpi jtagspi ' +
  'kinetis kinetis_ke lpc2000 lpc288x lpc2900 lpcspifi max32xxx mdr mrvlqspi msp432 mspm0 niietcm4 npcx nrf5 nrf51 numicro ' +
  'ocl pic32mx psoc4 psoc5lp psoc5lp_eeprom psoc5lp_nvl psoc6 qn908x rp2040_flash rp2xxx rpchf rsl10 sh_qspi sim3x stellaris ' +
  'stm32f1x stm32f2x stm32h7x stm32l4x stm32lx stmqspi stmsmi str7x str9x str9xpec swm050 tms470 virtual w600 xcf xmc1xxx xmc4xxx'
).split(' ');
