import type { Exceedance } from '../api/types';
import { useI18n } from '../i18n';
import { percent } from '../lib/percent';
import { Card, Defs } from '../ui/kit';

/** 様式第9: the rate seen beside the established one. A help, never the decision. */
export function ExceedanceCard({ e }: { e: Exceedance }) {
  const { t } = useI18n();
  return (
    <Card title={t('exceed')} className="quiet">
      <p>{t(e.above ? 'exceed.above' : 'exceed.notAbove')}</p>
      <Defs rows={[
        [t('exceed.expected'), <span key="e" className="num">{e.expected.toFixed(2)}</span>], [t('exceed.rate'), <span key="r" className="num">{percent(e.rate, 3)}</span>],
        [t('exceed.poisson'), <span key="p" className="num">{percent(e.poisson)}</span>], ...(e.binomial >= 0 ? [[t('exceed.binomial'), <span key="b" className="num">{percent(e.binomial)}</span>] as [string, React.JSX.Element]] : []),
      ]} />
      <p className="sub small" style={{ marginTop: 8 }}>{t('exceed.help')}</p>
    </Card>
  );
}
