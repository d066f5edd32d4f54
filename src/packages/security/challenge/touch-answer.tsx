import { Button } from '@nutui/nutui-react-taro';
import { useEffect, useRef } from 'react';

import { biometricWords } from '../words';

interface TouchAnswerProps {
  readonly busy: boolean;
  readonly onTouch: () => void;
}

/** Asks for a finger or a face at once, and again by a button. */
export function TouchAnswer({ busy, onTouch }: TouchAnswerProps) {
  const asked = useRef(false);
  useEffect(() => {
    if (asked.current) return;
    asked.current = true;
    onTouch();
  }, [onTouch]);
  return (
    <Button id="touch" block size="xlarge" type="primary" loading={busy} disabled={busy} onClick={onTouch}>
      {biometricWords('touch')}
    </Button>
  );
}
