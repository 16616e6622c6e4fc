import { Modal } from '@mantine/core';
import { useI18n } from '../i18n';
import { SignInForm } from '../pages/SignIn';

/** The session ended while somebody was working: nothing typed is lost, the page waits below. */
export function SignInAgain({ email }: { email: string }) {
  const { t } = useI18n();
  return (
    <Modal opened onClose={() => undefined} withCloseButton={false} title={<b>{t('signIn.again')}</b>}>
      <p className="sub" style={{ marginBottom: 12 }}>{t('signIn.again.text')}</p>
      <SignInForm email={email} />
    </Modal>
  );
}
