// Written by `cargo xtask faces`. Do not edit.
/**
 * Faults and settings of the sandbox.
 *
 * @module
 */
import type { Provider } from './config.js'

/** An operation of a provider. */
export type Operation = 'block' | 'unblock' | 'list'

/** Name of a fault; `control('faults')` says what each does. */
export type FaultName =
  | 'port_closed'
  | 'refused'
  | 'reset_before_read'
  | 'reset_after_read'
  | 'lost_answer'
  | 'hang_up'
  | 'silence'
  | 'early_close'
  | 'delay'
  | 'drip'
  | 'cut_headers'
  | 'cut_body'
  | 'cut_chunks'
  | 'bad_chunks'
  | 'stall_headers'
  | 'stall_body'
  | 'long_content_length'
  | 'short_content_length'
  | 'two_content_lengths'
  | 'no_content_length'
  | 'extra_bytes'
  | 'interim'
  | 'wrong_encoding'
  | 'gzip_bomb'
  | 'endless_body'
  | 'endless_headers'
  | 'huge_headers'
  | 'many_headers'
  | 'bad_header'
  | 'bad_status_line'
  | 'truncated_json'
  | 'wrong_json'
  | 'not_json'
  | 'empty_200'
  | 'status_204'
  | 'wrong_content_type'
  | 'bom'
  | 'invalid_utf8'
  | 'deep_json'
  | 'html_200'
  | 'redirect'
  | 'status'
  | 'status_plain'
  | 'failing_status'
  | 'error_code'
  | 'error_code_inner'
  | 'throttle'
  | 'regain_minutes'
  | 'list_changed'
  | 'hostile_text'
  | 'echo_secret'
  | 'error_form'
  | 'code_as_text'
  | 'huge_text'
  | 'per_user_error'
  | 'too_many_numbers'
  | 'clock_skew'
  | 'missing_item'
  | 'duplicate_item'
  | 'foreign_item'
  | 'contradictory_item'
  | 'input_rewritten'
  | 'wrong_list_name'
  | 'no_ids'
  | 'numeric_ids'
  | 'bad_ids'
  | 'hidden_numbers'
  | 'extra_field'
  | 'added_with_errors'
  | 'error_beside'
  | 'user_error_shape'
  | 'nameless_failures'
  | 'success_true'
  | 'status_word'
  | 'nested_rows'
  | 'meta_list'
  | 'repeated_cursor'
  | 'looping_cursors'
  | 'empty_page_with_cursor'
  | 'small_pages'
  | 'endless_list'
  | 'stale_list'
  | 'evil_next_link'
  | 'next_without_cursor'
  | 'wrong_paging'
  | 'numeric_cursor'
  | 'clamped_pages'
  | 'page_refused'
  | 'endless_empty_pages'
  | 'shifting_pages'

/** The own keys of all faults. */
export interface FaultKeys {
  /** Most rows that may be requested. */
  readonly above?: number | undefined
  /** How old, in seconds. */
  readonly ageS?: number | undefined
  /** All entries. */
  readonly all?: boolean | undefined
  /** The code. */
  readonly code?: number | undefined
  /** How many. */
  readonly count?: number | undefined
  /** How deep. */
  readonly depth?: number | undefined
  /** Longer text, where not the usual one. */
  readonly details?: string | undefined
  /** How the credential is written. */
  readonly encoding?:
    | 'plain'
    | 'percent'
    | 'percent_lower'
    | 'percent_path'
    | 'percent_all'
    | 'percent_twice'
    | 'html'
    | 'html_numbers'
    | 'json'
    | 'json_all'
    | 'base64'
    | 'base64_url'
    | 'base64_twice'
    | undefined
  /** How long, in milliseconds. */
  readonly forMs?: number | undefined
  /** Which form. */
  readonly form?:
    | 'user_texts'
    | 'title'
    | 'data_text'
    | 'list'
    | 'code_text'
    | 'code_in_text'
    | 'text_only'
    | 'null_texts'
    | 'detail'
    | undefined
  /** Text, secret, control or huge. */
  readonly holds?: 'text' | 'secret' | 'control' | 'huge' | undefined
  /** Which entry, from 0. */
  readonly index?: number | undefined
  /** Is_transient (Meta's envelope). */
  readonly isTransient?: boolean | undefined
  /** Its size. */
  readonly kib?: number | undefined
  /** The line. */
  readonly line?: string | undefined
  /** Where to. */
  readonly location?: string | undefined
  /** Most users of a call. */
  readonly max?: number | undefined
  /** Text, where not the usual one. */
  readonly message?: string | undefined
  /** Size after decompression, in MiB. */
  readonly mib?: number | undefined
  /** How much later, in milliseconds. */
  readonly ms?: number | undefined
  /** 1 is every user. */
  readonly nth?: number | undefined
  /** Most rows of a page while this fault strikes. */
  readonly pageRows?: number | undefined
  /** Text, page, trace or header. */
  readonly place?: 'text' | 'page' | 'trace' | 'header' | undefined
  /** Estimated_time_to_regain_access of the usage header. */
  readonly regainMinutes?: number | undefined
  /** In place of entry index. */
  readonly replace?: boolean | undefined
  /** End with a reset (RST), not with a close (FIN). */
  readonly reset?: boolean | undefined
  /** Retry-After in seconds. */
  readonly retryAfter?: number | undefined
  /** Retry-After as a date so many seconds after the server's time. */
  readonly retryAfterDateS?: number | undefined
  /** Retry-after-ms in milliseconds. */
  readonly retryAfterMs?: number | undefined
  /** Retry-After with any text. */
  readonly retryAfterText?: string | undefined
  /** How many rows more at each page. */
  readonly rows?: number | undefined
  /** Types, array, string, number, null or empty. */
  readonly shape?:
    | 'types'
    | 'array'
    | 'string'
    | 'number'
    | 'null'
    | 'empty'
    | 'plus'
    | 'long'
    | 'control'
    | 'words'
    | 'secret'
    | 'object'
    | 'text'
    | 'texts'
    | 'missing'
    | 'flag'
    | 'cursors_array'
    | 'cursors_text'
    | undefined
  /** How far the server's clock is off, in milliseconds, either sign. */
  readonly skewMs?: number | undefined
  /** 301, 302, 303, 307 or 308. */
  readonly status?: number | undefined
  /** Error_subcode (Meta's envelope). */
  readonly subcode?: number | undefined
  /** Where to, without query. */
  readonly url?: string | undefined
  /** Who. */
  readonly user?: string | undefined
  /** Which. */
  readonly word?: string | undefined
}

/** A fault: what goes wrong, when, and the fault's own keys; `control('faults')` lists them all. */
export interface Fault extends FaultKeys {
  /** Leave the first so many matching requests alone. */
  readonly after?: number | undefined
  /** Whether a write still changes the list. */
  readonly applied?: boolean | undefined
  /** Strike each k-th matching request only. */
  readonly every?: number | undefined
  /** Which fault; `faults` lists them. */
  readonly name: FaultName
  /** Only for block, unblock or list. */
  readonly operation?: Operation | undefined
  /** Strike by chance (0 to 1), decided by `seed`. */
  readonly probability?: number | undefined
  /** Only for this provider. */
  readonly provider?: Provider | undefined
  /** Where the chance starts (1). */
  readonly seed?: number | undefined
  /** Strike so many times at most. */
  readonly times?: number | undefined
}

/** What can be changed about the sandbox. */
export interface SandboxSettings {
  /** Requests per second for each account. */
  readonly '1msgRatePerS'?: number | null
  /** Requests per second for each account. */
  readonly '360dialogRatePerS'?: number | null
  /** Requests per second for each account. */
  readonly '99digitalRatePerS'?: number | null
  /** Answer to unblocking a user who is not blocked. */
  readonly '99digitalUnblockMissing'?: 'ok' | 'fail'
  /** Requests per second for each account. */
  readonly cloudApiRatePerS?: number | null
  /** Offset of the `Date` header. */
  readonly dateSkewMs?: number
  /** Users without a seeded message count as having just written. */
  readonly everyoneWrote?: boolean
  /** Requests per second for each account. */
  readonly gupshupRatePerS?: number | null
  /** Requests per second for each account. */
  readonly kaleyraRatePerS?: number | null
  /** Requests per second for each account. */
  readonly kapsoRatePerS?: number | null
  /** Maximum users on a list. */
  readonly listCap?: number
  /** When answers have links to the next and previous page. */
  readonly metaNextLinks?: 'when_more_rows' | 'omit'
  /** Rows per page if the request does not say. */
  readonly metaPageDefault?: number
  /** Maximum rows per page. */
  readonly metaPageMax?: number
  /** Larger pages are rejected with code 100; with null they are cut. */
  readonly metaPageRefuseAbove?: number | null
  /** Status of an answer in which some users failed: 200 or 400. */
  readonly metaPartialStatus?: number
  /** Requests per second for each account. */
  readonly metaRatePerS?: number | null
  /** Minutes until access is regained, in Meta's usage headers. */
  readonly metaRegainMinutes?: number
  /** Percentage in Meta's usage headers. */
  readonly metaUsagePercent?: number
  /** Accepted signature algorithms. */
  readonly nxcloudAlgorithms?: readonly ('md5' | 'sha256')[]
  /** Code of an answer in which every user failed. */
  readonly nxcloudAllFailed?: 'code0' | '9099'
  /** How far a request's timestamp may be off. */
  readonly nxcloudClockWindowMs?: number
  /** Requests per second for each account. */
  readonly nxcloudRatePerS?: number | null
  /** Record requests. */
  readonly record?: boolean
  /** Reject calls without `appsecret_proof`. */
  readonly requireAppsecretProof?: boolean
  /** Delay before every answer. */
  readonly responseDelayMs?: number
  /** `Retry-After` of an answer that throttles. */
  readonly retryAfterS?: number | null
  /** Field with the text of an error. */
  readonly sinchErrorField?: 'details' | 'reason'
  /** Status when the rate is exceeded. */
  readonly sinchOverloadStatus?: number
  /** Delay until a change is effective. */
  readonly sinchPropagationDelayS?: number
  /** Requests per second for each account. */
  readonly sinchRatePerS?: number | null
  /** Requests per second for each account. */
  readonly splashifyRatePerS?: number | null
  /** Requests per second for each account. */
  readonly ycloudRatePerS?: number | null
  /** Requests per second for each account. */
  readonly zernioRatePerS?: number | null
}
