package sqlstore

import "context"

func (r reader) EvidenceTexts(ctx context.Context, findingIDs []string) (map[string][]string, error) {
	out := map[string][]string{}
	err := inChunks(findingIDs, func(part []string) error {
		condition, args := in("f.id", part)
		var id, text string
		return r.each(ctx, row{{"f.id", &id}, {"COALESCE(s.text, m.text)", &text}}, "FROM findings f JOIN matches m ON m.component_id = f.component_id "+
			"JOIN advisories a ON a.id = m.advisory_id AND a.vulnerability_id = f.vulnerability_id "+joinSettled("f.release_id")+
			" WHERE "+condition+" AND COALESCE(s.class, m.class) <> 'none' ORDER BY f.id, COALESCE(s.class, m.class), m.source, m.record_id, m.advisory_id", args,
			func() error { out[id] = append(out[id], text); return nil })
	})
	return out, err
}
