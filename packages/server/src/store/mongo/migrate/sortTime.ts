const utcText = /^[12]\d{3}-\d\d-\d\dT\d\d:\d\d:[0-5]\d\.\d{3,}(?:Z|\+00:00)$/;

/**
 * Whether MongoDB sorts this time correctly by `sortTime`: a date, or text in the form in which most of them were written (UTC, with
 * milliseconds or more). Other forms of RFC 3339 have to be converted before.
 */
export const isSortable = (timestamp: unknown): boolean =>
  timestamp instanceof Date || (typeof timestamp === 'string' && utcText.test(timestamp));

/**
 * Converts the time of a message in MongoDB, as `timeFrom` does for sortable times. Never fails: the result for any other text has no meaning.
 * (In code points, because a cut between the bytes of a character would fail.)
 */
export const sortTime = {
  $cond: [
    { $eq: [{ $type: '$timestamp' }, 'string'] },
    {
      $dateFromString: {
        dateString: { $concat: [{ $substrCP: ['$timestamp', 0, 'YYYY-MM-DDTHH:MM:SS.mmm'.length] }, 'Z'] },
        onError: null,
      },
    },
    '$timestamp',
  ],
};
