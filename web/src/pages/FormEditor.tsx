import type { FormDefinition, FormField, ReportView } from '../api/types';
import { useI18n } from '../i18n';
import { Card } from '../ui/kit';
import type { ReportDraft } from './reportDraft';
import { ReportField } from './ReportField';

export type FieldProps = { form: FormDefinition; view: ReportView; draft: ReportDraft; /** Takes over what the source of a field says now. */ take: (key: string) => void; taking: string };

/** The official form, box by box, with the official numbers and names. */
export function FormEditor(props: FieldProps) {
  const { t, say } = useI18n();
  const { form } = props;
  const boxes = form.fields.filter((f) => !f.group);
  const closing = boxes.filter((f) => !f.number);
  return (
    <div className="stack">
      {form.sections.map((s) => (
        <Card key={s.number} title={`${s.number}　${say(s.label)}`} id={`section-${s.number}`} className="long">
          {boxes.filter((f) => f.number.startsWith(`${s.number}-`)).map((f) => <Box key={f.key} field={f} {...props} />)}
        </Card>
      ))}
      {closing.length > 0 && <Card title={t('report.reporter')} id="section-end" className="long">{closing.map((f) => <Box key={f.key} field={f} {...props} />)}</Card>}
    </div>
  );
}

/** One box of the paper: a field, or a group with its members. */
function Box({ field, ...rest }: FieldProps & { field: FormField }) {
  const { say } = useI18n();
  const members = field.type === 'group' ? rest.form.fields.filter((f) => f.group === field.key) : [field];
  const wide = (f: FormField) => f.type === 'longtext' || f.type === 'table' || members.length === 1;
  return (
    <div className="box" id={`box-${field.key}`}>
      <div className="boxname">{field.number && <span className="num sub">{field.number}　</span>}<b>{say(field.label)}</b>{say(field.help) && field.type === 'group' && <div className="hint">{say(field.help)}</div>}</div>
      <div className="boxbody">
        {members.map((m) => <div key={m.key} id={`field-${m.key}`} className={wide(m) ? 'wide' : undefined}><ReportField field={m} single={members.length === 1} {...rest} /></div>)}
      </div>
    </div>
  );
}
