// SPDX-License-Identifier: GPL-3.0-or-later
// Types of msrp.js, for TypeScript and for editors. A test compares the names with what the module
// exports; README.md is the manual.

export type Octets = Uint8Array;

/** Text becomes UTF-8; a File or Blob is read as it is sent, and so is a stream of octets or text. */
export type Body = string | ArrayBuffer | ArrayBufferView | Blob | ReadableStream;

/** "yes": failures and silence are reported; "partial": only failures; "no": nothing (RFC 4975 7.1.1). */
export type Failures = 'yes' | 'partial' | 'no';

export type ErrorCode = 'CONNECT_TIMEOUT' | 'RELAY_TIMEOUT' | 'BIND_TIMEOUT' | 'CONNECT' | 'AUTH' | 'RELAY' |
	'BIND' | 'PATH' | 'PROTOCOL' | 'CLOSED' | 'REFUSED' | 'ABORTED' | 'MISMATCH' | 'KEEP_ALIVE' | 'INVALID';

export class MsrpError extends Error {
	readonly code: ErrorCode;
	/** The response code that caused it; 0: none. */
	readonly status: number;
	constructor(code: ErrorCode, message?: string, status?: number);
}

/** One line in plain words for a code of MsrpError or a response code. */
export function strerror(code: ErrorCode | number): string;

/** HA1 of RFC 7616, in hexadecimal digits. */
export function ha1(algorithm: 'MD5' | 'SHA-256', username: string, realm: string, password: string): string;

/** The name of a file in a Content-Disposition, safe to save under; "": none. */
export function fileName(disposition: string): string;

export class Uri {
	readonly text: string;
	readonly secure: boolean;
	readonly user: string;
	readonly host: string;
	/** 0: none. */
	readonly port: number;
	readonly sessionId: string;
	readonly transport: string;
	readonly parameters: string[];
	constructor(text: string);
	equal(other: Uri): boolean;
	toString(): string;
}

export class Path {
	readonly text: string;
	readonly uris: Uri[];
	readonly first: Uri;
	readonly last: Uri;
	constructor(text: string);
	equal(other: Path): boolean;
	toString(): string;
}

/** Octets start (the first is 1) to end of total; null: unknown. */
export class ByteRange {
	start: number;
	end: number | null;
	total: number | null;
	constructor(start: number, end: number | null, total: number | null);
	static parse(text: string): ByteRange | null;
	toString(): string;
}

export interface ChunkParts {
	transactionId: string;
	method?: string | null;
	code?: number;
	comment?: string;
	headers?: [string, unknown][];
	data?: Octets | null;
	flag?: '$' | '+' | '#';
}

/** A request, which has a method, or a response, which has a code. */
export class Chunk {
	transactionId: string;
	method: string | null;
	code: number;
	comment: string;
	headers: [string, unknown][];
	data: Octets | null;
	flag: '$' | '+' | '#';
	readonly toPath: Path;
	readonly fromPath: Path;
	readonly messageId: string;
	readonly contentType: string;
	readonly byteRange: ByteRange;
	readonly status: { code: number; comment: string } | null;
	readonly successReport: boolean;
	readonly failures: Failures;
	constructor(parts: ChunkParts);
	header(name: string): string | null;
	all(name: string): string[];
	encode(): Octets;
	static parse(octets: Octets): Chunk;
	static salvage(octets: Octets): Chunk | null;
}

/** Size and SHA-256 of octets as they pass by. */
export class FileHash {
	readonly size: number;
	add(octets: Octets): void;
	result(): { size: number; sha256: string };
}

export interface Credentials {
	username: string;
	password?: string;
	/** Instead of the password: 32 digits for MD5, 64 for SHA-256. */
	ha1?: string;
}

export interface RelaySettings extends Partial<Credentials> {
	url: string;
	domain?: string;
	/** Called when they are needed, and again when they were refused: for temporary credentials. */
	credentials?: (again: boolean) => Credentials | Promise<Credentials>;
	realm?: string;
	expires?: number;
	insecure?: boolean;
	connectTimeout?: number;
	relayTimeout?: number;
	responseTimeout?: number;
	keepAlive?: number;
	reconnect?: false | { min?: number; max?: number };
	connected?: () => void;
	disconnected?: (error: MsrpError, retryMs: number) => void;
	failed?: (error: MsrpError) => void;
	WebSocket?: unknown;
	clock?: { now(): number; setTimeout(callback: () => void, ms: number): unknown; clearTimeout(timer: unknown): void };
}

export class RelayConnection {
	constructor(settings: RelaySettings);
	open(): Promise<this>;
	prepare(options?: ConnectorOptions): Promise<Connector>;
	/** Connects now, instead of after the pause. */
	retry(): Promise<void>;
	close(): void;
}

export interface ConnectorOptions {
	sessionId?: string;
	renewed?: (localPath: string) => void;
	failed?: (error: MsrpError) => void;
}

/** One address of ours at the relay, and its session. Made by RelayConnection.prepare(). */
export class Connector {
	private constructor();
	readonly uri: Uri;
	readonly localPath: string | null;
	/** Seconds that the relay keeps it unless it is renewed, which happens automatically. */
	readonly expires: number;
	readonly session: Session | null;
	complete(remotePath: string | Path | null, options?: CompleteOptions): Promise<Session>;
	cleanup(): void;
}

export interface SessionOptions {
	/** Types such as "text/plain", "text/*" and "*"; others are answered 415. */
	acceptTypes?: string[];
	automaticReports?: boolean;
	follow?: boolean;
	followTimeout?: number;
	/** Reads the message, or returns the code that refuses it. */
	begin?: (message: Incoming) => number | void;
	/** Returns the status of the answer: 200, 403, 424 or 425. */
	nickname?: (nickname: string) => number;
	lost?: (error: MsrpError) => void;
	resumed?: () => void;
	/** null: we have closed it. */
	closed?: (error: MsrpError | null) => void;
}

export interface CompleteOptions extends SessionOptions {
	mode?: 'active' | 'passive';
	bindTimeout?: number;
	/** The passive side's session, before any message comes. */
	bound?: (session: Session) => void;
}

export class Session {
	private constructor();
	readonly state: 'open' | 'lost' | 'closed';
	readonly localPath: string | null;
	readonly remotePath: Path;
	send(body: Body, options?: SendOptions): Outgoing;
	report(message: Incoming, code?: number, comment?: string): void;
	setKeepAlive(ms: number): void;
	setNickname(nickname: string): Promise<void>;
	shutdown(): Promise<void>;
	close(): void;
}

export interface SendOptions {
	messageId?: string;
	contentType?: string;
	failures?: Failures;
	successReport?: boolean;
	/** The value of Content-Disposition; by default that of a file with its name. */
	disposition?: string;
	fileName?: string;
	headers?: [string, string][];
	chunkSize?: number;
	/** Octets of a stream, if known. */
	size?: number;
	signal?: AbortSignal;
	progress?: (done: number, total: number | null) => void;
}

export interface Outcome {
	messageId: string;
	status: 200;
}

/** An outgoing message. Made by Session.send(). */
export class Outgoing {
	private constructor();
	readonly messageId: string;
	readonly contentType: string;
	readonly total: number | null;
	readonly sent: number;
	readonly acknowledged: number;
	progress: ((done: number, total: number | null) => void) | null;
	readonly response: Promise<Outcome>;
	readonly delivered: Promise<Outcome>;
	abort(): void;
}

/** An incoming message. Given to begin(), which reads it in one way, or refuses it. */
export class Incoming {
	private constructor();
	readonly messageId: string;
	readonly contentType: string;
	readonly disposition: string;
	readonly fileName: string;
	readonly total: number | null;
	readonly received: number;
	readonly complete: boolean;
	readonly successReport: boolean;
	readonly failures: Failures;
	readonly head: Chunk;
	progress: ((received: number, total: number | null) => void) | null;
	octets(options?: { max?: number }): Promise<Octets>;
	text(options?: { max?: number }): Promise<string>;
	blob(options?: { max?: number }): Promise<Blob>;
	stream(): ReadableStream<Octets>;
	refuse(code?: number, comment?: string): void;
}

export interface CpimAddress {
	name?: string;
	uri: string;
}

export interface CpimHeader {
	name: string;
	parameters?: string;
	value: string;
}

export interface CpimParts {
	from?: CpimAddress | null;
	to?: CpimAddress | null;
	datetime?: string;
	subject?: string;
	headers?: CpimHeader[];
	required?: string;
	contentType?: string;
	contentHeaders?: CpimHeader[];
	content?: string | Octets;
}

/** Message/CPIM (RFC 3862). */
export class Cpim {
	from: CpimAddress | null;
	to: CpimAddress | null;
	datetime: string;
	subject: string;
	headers: CpimHeader[];
	/** Names that the sender requires and we do not know. */
	required: string;
	contentType: string;
	contentHeaders: CpimHeader[];
	content: string | Octets;
	constructor(parts?: CpimParts);
	format(): Octets;
	static parse(octets: Octets): Cpim;
}

/** RFC 3994. */
export const COMPOSING_TYPE: 'application/im-iscomposing+xml';

export interface Composing {
	active: boolean;
	/** Seconds that "active" is valid. */
	refresh?: number;
}

export function parseComposing(text: string): Composing;
export function formatComposing(composing: Composing): string;

export interface ChatMessage {
	messageId: string;
	contentType: string;
	/** null: not text. */
	text: string | null;
	content: Octets;
	cpim: Cpim | null;
	head: Chunk;
}

export interface ChatOptions {
	local?: CpimAddress;
	remote?: CpimAddress;
	acceptTypes?: string[];
	acceptWrappedTypes?: string[];
	maxSize?: number;
	follow?: boolean;
	followTimeout?: number;
	mode?: 'active' | 'passive';
	bindTimeout?: number;
	nickname?: (nickname: string) => number;
}

export interface ChatCallbacks {
	message?: (message: ChatMessage) => void;
	composing?: (composing: Composing) => void;
	/** Reads the file, or returns the code that refuses it; without this callback, files are refused. */
	file?: (message: Incoming) => number | void;
	lost?: (error: MsrpError) => void;
	resumed?: () => void;
	ended?: (error: MsrpError | null) => void;
}

export class Chat {
	readonly session: Session | null;
	readonly local: { path: string | null; acceptTypes: string[]; acceptWrappedTypes: string[] };
	constructor(connector: Connector, options?: ChatOptions, callbacks?: ChatCallbacks);
	start(remote?: { path?: string; acceptTypes?: string[] }): Promise<this>;
	send(content: string | Octets, options?: SendOptions & { subject?: string }): Outgoing;
	sendComposing(composing: Composing): Outgoing;
	sendFile(file: Blob | ReadableStream, options?: SendOptions): Outgoing;
	setKeepAlive(ms: number): void;
	setNickname(nickname: string): Promise<void>;
	end(): Promise<void>;
}
