/// <reference lib="esnext.disposable" preserve="true" />
/**
 * Blocks, unblocks and lists blocked WhatsApp users through Meta Cloud API, NxCloud, 99digital and Sinch.
 *
 * @packageDocumentation
 */
export { Client } from './client.js'
export type * from './config.js'
export {
  APIConnectionError,
  APITimeoutError,
  AuthError,
  CallCancelledError,
  ClosedError,
  ConfigError,
  type ErrorCode,
  type ErrorContext,
  type ErrorJSON,
  InvalidUserError,
  ListChangedError,
  ListFullError,
  NotEligibleError,
  NotFoundError,
  OtherError,
  OwnNumberError,
  PermissionDeniedError,
  ProtocolError,
  RateLimitedError,
  RejectedError,
  ServerError,
  type Site,
  UnsupportedError,
  WablockError,
} from './errors.js'
export { BlockList } from './list.js'
export { block, isBlocked, listBlocked, type OneOffOptions, ping, unblock } from './oneoff.js'
export type {
  BulkOptions,
  CallOptions,
  Capabilities,
  CheckOptions,
  ClientOptions,
  FromEnvOptions,
  Logger,
  LogLevel,
  UserInput,
  UserInputs,
  UserInputsWithGaps,
} from './options.js'
export {
  type DoneOutcome,
  type FailedOutcome,
  type NotSentOutcome,
  Outcome,
  type OutcomeJSON,
  type State,
  type UnknownOutcome,
} from './outcome.js'
export { type Counts, Report, type ReportJSON } from './report.js'
export { UserSet } from './sets.js'
export { mask, type NxCloudSignatureInput, nxcloudSignature, parseUser, sameUser } from './tools.js'
export { BlockedUser, type BlockedUserJSON, User, type UserJSON, type UserKind } from './users.js'
