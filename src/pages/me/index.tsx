import { Button, Skeleton } from '@nutui/nutui-react-taro';
import { Text, View } from '@tarojs/components';
import Taro, { useDidShow } from '@tarojs/taro';
import { useCallback, useState } from 'react';

import type { Account, Language } from '../../../cloud/contract/types';
import { api, sessions } from '../../client';
import { accessible } from '../../components/accessible';
import { shanghaiTime } from '../../components/money/time';
import { Notice } from '../../components/notice';
import { Segments } from '../../components/segments';
import { language, setLanguage, t } from '../../i18n';
import { setAppearance, useAppearance, type Appearance } from '../../theme/appearance';
import { Screen } from '../../theme/screen';

import './index.scss';

const LANGUAGES: readonly Language[] = ['zh-CN', 'en'];
const COLORS: readonly Appearance['colors'][] = ['system', 'light', 'dark'];

function chooseLanguage(chosen: Language): void {
  setLanguage(chosen);
  // Every page is made anew: those already there hold texts in the language before.
  void Taro.reLaunch({ url: '/pages/me/index' });
}

const openPrivacy = (): void => void Taro.navigateTo({ url: '/packages/privacy/index' });

/** Who is signed in, their points, and how the app looks and speaks. */
export default function MePage() {
  const { colors, largeText } = useAppearance();
  return (
    <Screen title={t('me.title')} className="me">
      <AccountCard />
      <View
        id="open-messages"
        className="me__card me__card--link"
        hoverClass="me__card--pressed"
        onClick={() => void Taro.navigateTo({ url: '/packages/messages/index' })}
        {...accessible('button', t('me.messages'))}
      >
        <View className="me__words">
          <Text>{t('me.messages')}</Text>
          <Text className="me__soft">{t('me.messages.hint')}</Text>
        </View>
        <Text className="me__arrow">›</Text>
      </View>
      <View
        id="open-promotions"
        className="me__card me__card--link"
        hoverClass="me__card--pressed"
        onClick={() => void Taro.navigateTo({ url: '/packages/promotions/index' })}
        {...accessible('button', t('promotions.title'))}
      >
        <View className="me__words">
          <Text>{t('promotions.title')}</Text>
          <Text className="me__soft">{t('promotions.hint')}</Text>
        </View>
        <Text className="me__arrow">›</Text>
      </View>
      <View
        id="open-security"
        className="me__card me__card--link"
        hoverClass="me__card--pressed"
        onClick={() => void Taro.navigateTo({ url: '/packages/security/index' })}
        {...accessible('button', t('me.security'))}
      >
        <View className="me__words">
          <Text>{t('me.security')}</Text>
          <Text className="me__soft">{t('me.security.hint')}</Text>
        </View>
        <Text className="me__arrow">›</Text>
      </View>
      <View
        id="open-privacy"
        className="me__card me__card--link"
        hoverClass="me__card--pressed"
        onClick={openPrivacy}
        {...accessible('button', t('privacy.title'))}
      >
        <View className="me__words">
          <Text>{t('privacy.title')}</Text>
          <Text className="me__soft">{t('me.privacy.hint')}</Text>
        </View>
        <Text className="me__arrow">›</Text>
      </View>
      <View className="me__card">
        <Text className="me__heading">{t('me.language')}</Text>
        <Segments
          name="language"
          choices={LANGUAGES.map((value) => ({ value, text: t(`me.language.${value}`) }))}
          chosen={language()}
          onChoose={chooseLanguage}
        />
        <Text className="me__heading">{t('me.colors')}</Text>
        <Segments
          name="colors"
          choices={COLORS.map((value) => ({ value, text: t(`me.colors.${value}`) }))}
          chosen={colors}
          onChoose={(value) => setAppearance({ colors: value })}
        />
        <Text className="me__heading">{t('me.text')}</Text>
        <Segments
          name="text"
          choices={[
            { value: 'normal', text: t('me.text.normal') },
            { value: 'large', text: t('me.text.large') },
          ]}
          chosen={largeText ? 'large' : 'normal'}
          onChoose={(value) => setAppearance({ largeText: value === 'large' })}
        />
      </View>
      <Text className="me__about">{t('me.about')}</Text>
    </Screen>
  );
}

function AccountCard() {
  const [account, setAccount] = useState<Account>();
  const [signedOut, setSignedOut] = useState(false);
  const [error, setError] = useState<unknown>();
  const load = useCallback(() => {
    setError(undefined);
    api.me().then((known) => {
      setAccount(known);
      setSignedOut(false);
    }, setError);
  }, []);
  useDidShow(() => {
    if (!signedOut) load();
  });

  const signOut = async (): Promise<void> => {
    // Signed out here whatever the server says; without an answer its session runs out by itself.
    await api.deleteSession().catch(() => undefined);
    sessions.clear();
    setAccount(undefined);
    setSignedOut(true);
  };

  if (signedOut) {
    return (
      <View className="me__card" id="signed-out">
        <Text>{t('me.signedOut')}</Text>
        <Button id="sign-in" block size="xlarge" type="primary" onClick={load}>
          {t('me.signIn')}
        </Button>
        {error !== undefined && <Notice error={error} />}
      </View>
    );
  }
  if (!account) {
    return (
      <View className="me__card">
        {error === undefined ? (
          <Skeleton rows={3} animated visible={false} />
        ) : (
          <Notice error={error} onRetry={load} />
        )}
      </View>
    );
  }
  return (
    <View className="me__card" id="account">
      <Text className="me__name" id="account-name">
        {account.displayName}
      </Text>
      <Text className="me__soft" id="linked-hosts">
        {account.linkedHosts.map((host) => t(`me.host.${host}`)).join(' · ')}
      </Text>
      <View
        id="open-points"
        className="me__points"
        onClick={() => void Taro.navigateTo({ url: '/packages/points/index' })}
        {...accessible('button', `${t('me.points')} ${account.pointsBalance}`)}
      >
        <Text className="me__soft">{t('me.points')}</Text>
        <Text className="me__balance" id="points-balance">
          {account.pointsBalance}
        </Text>
        <Text className="me__arrow">›</Text>
      </View>
      {account.deletionDueAt !== null && (
        <>
          <Text id="deletion-due">{t('me.deletion', { time: shanghaiTime(account.deletionDueAt) })}</Text>
          <Button id="open-deletion" block size="xlarge" type="primary" onClick={openPrivacy}>
            {t('me.deletion.open')}
          </Button>
        </>
      )}
      {account.payoutsAwaiting > 0 && (
        <Button
          id="open-payouts"
          block
          size="xlarge"
          type="primary"
          onClick={() => void Taro.navigateTo({ url: '/packages/payouts/index' })}
        >
          {t('me.payouts', { count: account.payoutsAwaiting })}
        </Button>
      )}
      <Button id="sign-out" block size="xlarge" type="default" onClick={() => void signOut()}>
        {t('me.signOut')}
      </Button>
    </View>
  );
}
