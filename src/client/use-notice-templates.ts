import { useEffect, useState } from 'react';

const NONE: readonly string[] = [];

/**
 * The templates of the host's notices that the user may be asked to allow; none until they are known. What cannot be
 * learnt now is no loss for what a page is about, so that a failure is not told.
 */
export function useNoticeTemplates(
  me: (() => Promise<{ readonly noticeTemplates: readonly string[] }>) | undefined,
): readonly string[] {
  const [templateIds, setTemplateIds] = useState(NONE);
  useEffect(() => {
    let left = false;
    me?.().then(
      ({ noticeTemplates }) => {
        if (!left) setTemplateIds(noticeTemplates);
      },
      () => undefined,
    );
    return () => {
      left = true;
    };
  }, [me]);
  return templateIds;
}
