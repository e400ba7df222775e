// The public face of the client library, `openocd-debug/client`. Nothing outside this folder imports another file of it,
// but process/scriptFolders.ts, which needs none of them.

export type { Access, Device, LoadOptions, ReadAction, SvdWarning } from '../svd';
export type { Address } from './address';
export type { Exchange } from './client';
export type { Acceptance, Connection, ExchangeOptions, SendOptions } from './connection/connection';
export { TclRpcConnection } from './connection/tclRpcConnection';
export { TelnetConnection } from './connection/telnetConnection';
export type { Dialect } from './dialect';
export type { Subscription } from './disposable';
export * from './errors';
export type { ImageFormat } from './image';
export type { LogLine } from './process/logLines';
export { OpenOcdProcess, type ProcessExit, type ProcessOptions } from './process/openocdProcess';
export type { LongOperation, Progress } from './progress';
export type { Breakpoint, Watchpoint } from './replies/breakpoints';
export type { FlashBank, FlashSector } from './replies/flash';
export type { RttChannel, RttChannels } from './replies/rttChannels';
export type { Tap } from './replies/scanChain';
export type { HaltReason, TargetState } from './replies/states';
export type { Request, Result, Results } from './request';
export * as request from './requests';
export { type ConnectOptions, Session, type StartOptions } from './session';
export type { PolledState, ResetMode } from './stateRequests';
export type { BreakpointOptions, Breakpoints, WatchpointOptions } from './subsystems/breakpoints';
export type { EventMap, Events, ResetEvent, StateEvent, TargetEvent } from './subsystems/events';
export type { Flash, ImageOptions, UpdateResult, WriteImageOptions, WriteResult } from './subsystems/flash';
export type { FlashBankInfo } from './subsystems/flashBanks';
export type { Jtag, NewTap, ScanField } from './subsystems/jtag';
export type { ElementBits, Memory } from './subsystems/memory';
export type { Register, Registers } from './subsystems/registers';
export type { Rtt, RttSetup } from './subsystems/rtt';
export type {
  DecodedField,
  DecodedRegister,
  ReadRegisterOptions,
  Svd,
  SvdField,
  SvdPeripheral,
  SvdRegister,
  SvdSummary,
} from './subsystems/svd';
export type { AccessPort, DapInfo, Swd } from './subsystems/swd';
export type { Target, TargetInfo, TargetStatus } from './subsystems/target';
export type { AdapterInfo, Transport } from './subsystems/transport';
export type {
  AsyncMethod,
  Blocking,
  BlockingMethods,
  Subsystem,
  SyncRequests,
  SyncSession,
  SyncStartOptions,
} from './sync/syncSession';
export type { TapState } from './tapStates';
export type { Outcome } from './tcl/envelope';
export { parseList, quote } from './tcl/quote';
