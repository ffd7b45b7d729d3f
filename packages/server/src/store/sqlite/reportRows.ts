import type { NewReport, ReportedMessage, Resolution, StoredReport } from '../reports.ts';
import { timeOfId } from '../timeOrderedId.ts';
import { type Row, text } from './rows.ts';

/** JSON has no dates: they are milliseconds since 1970. */
type Plain<T> = {
  [Field in keyof T]: T[Field] extends Date ? number : T[Field] extends Date | null ? number | null : T[Field];
};

type Data = Omit<NewReport, 'message' | 'context'> & {
  message: Plain<ReportedMessage> | null;
  context: Plain<ReportedMessage>[];
  resolution: Plain<Resolution> | null;
};

/** Encodes all that is in an item beside its id and time. */
export function encodeReport({ id: _id, createdAt: _createdAt, ...report }: StoredReport): string {
  const { message, context, resolution } = report;
  const data: Data = {
    ...report,
    message: message && plainMessage(message),
    context: context.map(plainMessage),
    resolution: resolution && { ...resolution, at: resolution.at.getTime() },
  };
  return JSON.stringify(data);
}

export function toReport(row: Row): StoredReport {
  const id = text(row.report_id);
  const data: Data = JSON.parse(text(row.data));
  const { message, context, resolution } = data;
  return {
    ...data,
    id,
    createdAt: timeOfId(id),
    message: message && toMessage(message),
    context: context.map(toMessage),
    resolution: resolution && { ...resolution, at: new Date(resolution.at) },
  };
}

const plainMessage = ({ timestamp, editedAt, ...rest }: ReportedMessage): Plain<ReportedMessage> => ({
  ...rest,
  timestamp: timestamp.getTime(),
  editedAt: editedAt?.getTime() ?? null,
});

const toMessage = ({ timestamp, editedAt, ...rest }: Plain<ReportedMessage>): ReportedMessage => ({
  ...rest,
  timestamp: new Date(timestamp),
  editedAt: editedAt === null ? null : new Date(editedAt),
});
