import { Button, Group, Modal, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { http } from '../api/client';
import { useCan, useRefresh } from '../app/session';
import { useI18n } from '../i18n';
import { DataTable, type Column } from '../ui/DataTable';
import { arr, Card, Empty, ErrorBox } from '../ui/kit';
import { Page } from '../ui/Page';
import { shortIdentity, UnmatchedTabs, type ComponentAlias, type ProductName } from './unmatchedParts';

type Decision = { id: string; by: string; at: string; reason: string; withdrawn_by: string; withdrawn_at: string; withdrawn_reason: string };

/** What persons decided about components and names in advisories; each can be withdrawn. */
export function IdentityDecisions() {
  const { t } = useI18n();
  const can = useCan();
  const [path, setPath] = useState('');
  const states = { name: 'state', label: t('unmatched.decided.state'), options: [{ value: 'in_force', label: t('unmatched.decided.in_force') }, { value: 'withdrawn', label: t('unmatched.decided.withdrawn') }] };
  return (
    <Page title={t('unmatched.decided')} sub={t('unmatched.decided.sub')}>
      <UnmatchedTabs here="/unmatched/decisions" />
      <div className="stack">
        <Card title={t('unmatched.nav')}>
          <DataTable
            path="/aliases" inPage rowKey={(d: ComponentAlias) => d.id} search={t('unmatched.search')} filters={[states]}
            columns={[
              { key: 'name', title: t('component'), className: 'main', cell: (d) => <><b>{d.name}</b>{d.supplier && <div className="small">{d.supplier}</div>}</> },
              { key: 'identity', title: t('unmatched.decided.what'), cell: (d) => d.identity ? <span className="identity">{shortIdentity(d.identity)}</span> : t('unmatched.decided.none') },
              ...useColumns<ComponentAlias>(can('identities.confirm') ? (d) => setPath(`/aliases/${d.id}/withdraw`) : undefined),
            ]}
            empty={<Empty title={t('unmatched.decided.empty')} />}
          />
        </Card>
        <Card title={t('named.nav')}>
          <DataTable
            path="/product-names" inPage rowKey={(d: ProductName) => d.id} filters={[states]}
            columns={[
              { key: 'name', title: t('named.name'), className: 'main', cell: (d) => <><b>{d.name}</b><div className="small">{d.vendor}</div></> },
              { key: 'ours', title: t('unmatched.decided.what'), cell: (d) => t(d.ours ? 'named.is' : 'named.isNot', { brand: d.brand_name }) },
              ...useColumns<ProductName>(can('identities.confirm') ? (d) => setPath(`/product-names/${d.id}/withdraw`) : undefined),
            ]}
            empty={<Empty title={t('unmatched.decided.empty')} />}
          />
        </Card>
      </div>
      {path && <Withdraw path={path} onClose={() => setPath('')} />}
    </Page>
  );
}

/** Who, when and why, and the way back. */
function useColumns<D extends Decision>(withdraw?: (d: D) => void): Column<D>[] {
  const { t, time } = useI18n();
  return [
    { key: 'reason', title: t('unmatched.why'), cell: (d) => <>{d.reason}{d.withdrawn_by && <div className="sub small">{t('unmatched.withdrawn', { at: time(d.withdrawn_at), by: d.withdrawn_by, reason: d.withdrawn_reason })}</div>}</> },
    { key: 'by', title: t('unmatched.decided.by'), cell: (d) => <>{d.by}<div className="sub small num">{time(d.at)}</div></> },
    ...(withdraw ? [{ key: 'act', title: '', cell: (d: D) => !d.withdrawn_by && <Button size="xs" variant="default" onClick={() => withdraw(d)}>{t('unmatched.withdraw')}</Button> }] : []),
  ];
}

function Withdraw({ path, onClose }: { path: string; onClose: () => void }) {
  const { t } = useI18n();
  const refresh = useRefresh();
  const [reason, setReason] = useState('');
  const send = useMutation({ mutationFn: () => http.post(path as '/aliases/x/withdraw', { reason }), onSuccess: async () => { await refresh(); onClose(); } });
  return (
    <Modal opened onClose={onClose} title={<b>{t('unmatched.withdraw')}</b>} closeButtonProps={{ 'aria-label': t('close') }}>
      <form className="stack" style={{ gap: 12 }} onSubmit={(e) => { e.preventDefault(); send.mutate(); }}>
        <p className="sub">{t('unmatched.withdraw.text')}</p>
        <TextInput label={t('unmatched.why')} required data-autofocus value={reason} onChange={(e) => setReason(e.currentTarget.value)} />
        {send.isError && <ErrorBox error={send.error} />}
        <Group justify="flex-end"><Button variant="default" onClick={onClose}>{t('cancel')}</Button><Button type="submit" loading={send.isPending}>{t('unmatched.withdraw')}</Button></Group>
      </form>
    </Modal>
  );
}

/** On the page of a finding: which decisions of persons its evidence rests on. */
export function DecisionsOfFinding({ id }: { id: string }) {
  const { t, time } = useI18n();
  const query = useQuery({ queryKey: ['/findings', id, 'decisions'], queryFn: () => http.get<{ items: ComponentAlias[] }>(`/findings/${id}/decisions`) });
  const list = arr(query.data?.items);
  if (list.length === 0) return null;
  return (
    <Card title={t('decision.title')}>
      {list.map((d) => (
        <div key={d.id} className="evidenceitem">
          <p>{[d.supplier, d.name].filter(Boolean).join(' ')}：{t('decision.text', { identity: d.identity.startsWith('name:') ? [d.supplier, d.name].join(' ') : shortIdentity(d.identity) })}</p>
          <p>{d.reason}</p>
          <p className="sub small">{t('decision.who', { at: time(d.at), by: d.by })}</p>
          {d.withdrawn_by && <p className="sub small">{t('unmatched.withdrawn', { at: time(d.withdrawn_at), by: d.withdrawn_by, reason: d.withdrawn_reason })}</p>}
        </div>
      ))}
    </Card>
  );
}
