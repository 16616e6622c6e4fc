package demo

import (
	"mimamori/internal/casefile"
	"mimamori/internal/intake"
)

// matters are the sample matters, the oldest first. The first six follow the
// examples of the CS notice, 4(2), which says that they are examples only.
func matters() []matter {
	return []matter{
		exploitedViewer(), stoppedCT(), legacyMonitor(), infusionPump(), insulinPump(), icd(),
		watched(), underInvestigation(), foreignMeasure(), warning(), findersMail(),
	}
}

func only(value string) []string { return []string{value} }

// exploitedViewer: a vulnerability was exploited and the program misbehaved.
// Non-serious and not predictable: periodic report on form 12.
func exploitedViewer() matter {
	return matter{
		intake: &arrival{
			by: safety, source: intake.Hospital, from: "さきたまみほん総合病院 放射線科", awareDaysAgo: 40, occurredDaysAgo: 41,
			title: "画像ビューアの誤表示と停止（不正アクセスの疑い）",
			text: "読影中に別の検査の画像が表示され、その後ビューアが応答しなくなった。院内の調査で、ログイン画面から送られた文字列により外部のサーバへ接続していたことが分かった。" +
				"1名の患者で撮り直しを行ったが、診断への影響はなかったとのこと。",
			product: "viewer", release: "viewer-4", site: "saitama", vulnerability: "CVE-2021-44228",
		},
		opening: &opening{by: psirt, title: "Log4Shellの悪用による誤表示と停止"},
		facts: []answer{
			{safety, "harm_status", only("actual"), "放射線科長の回答：1名で撮り直し（被ばくの追加）を行った。"},
			{safety, "seriousness", only("non_serious"), "担当医の見解：追加の処置は不要、健康への影響は軽微。"},
			{safety, "predictability", only("unpredictable"), "電子添文（2021年11月版）に、不正アクセスによる誤表示の記載はない。"},
		},
		accept:  true,
		confirm: "非重篤・未知。定期報告の対象とする。リリース4.3.1への更新は当該施設で完了した。",
	}
}

// stoppedCT: a DDoS attack stopped an imaging system. No harm, but a serious
// one could have followed: form 8, 30 days.
func stoppedCT() matter {
	return matter{
		intake: &arrival{
			by: safety, source: intake.Hospital, from: "北の森みほん病院 情報システム室", awareDaysAgo: 20, occurredDaysAgo: 20,
			title: "院内ネットワークへのDDoS攻撃によりCTが停止",
			text: "外来棟のネットワークに大量の通信が流れ込み、CTの操作卓が再起動を繰り返した。約90分間撮影できず、救急の2名を近隣の施設へ搬送した。" +
				"搬送した患者に健康被害はなかった。",
			product: "ct", release: "ct-4", site: "hokkaido",
		},
		opening: &opening{by: safety, title: "DDoS攻撃によるCTの意図しない停止"},
		facts: []answer{
			{safety, "harm_status", only("potential"), "救急部長の回答：健康被害なし。診断の遅れにより重篤化するおそれがあった。"},
			{safety, "seriousness", only("serious"), "当社の医学専門家の見解：頭部外傷の診断が遅れた場合を想定。"},
			{safety, "predictability", only("unpredictable"), "電子添文に、通信の集中による停止の記載はない。"},
		},
		accept:  true,
		confirm: "健康被害の発生はないが、重篤な健康被害のおそれがあり、未知。30日報告とする。",
	}
}

// legacyMonitor: an exploited device past its end of support. What happened to
// the patients is not known yet: the strictest term runs out today.
func legacyMonitor() matter {
	return matter{
		intake: &arrival{
			by: safety, source: intake.Hospital, from: "越路みほん病院 情報システム係", awareDaysAgo: 15, occurredDaysAgo: 16,
			title: "サポート終了後の生体情報モニタが相次いで再起動",
			text: "夜間に8台が繰り返し再起動し、警報が鳴らない時間帯があった。更新の案内は受けていたが、予算の都合で使用を続けていた。" +
				"通信の記録に、外部から持ち込まれた端末による異常なパケットが残っている。患者への影響は病院で調査中。",
			product: "monitor", release: "monitor-3", site: "niigata", vulnerability: "CVE-2020-11896",
		},
		opening: &opening{by: psirt, title: "EOS後の生体情報モニタの脆弱性の悪用"},
		facts: []answer{
			{safety, "report_kind", only("case"), "不具合の発生の情報。"},
			{safety, "origin", only("domestic"), "国内の医療機関で使用されている当該医療機器。"},
			{safety, "agent", only("malfunction"), "不正アクセスによる再起動は不具合に当たる（通知3(1)）。"},
			{safety, "designated_device", only("no"), "品目台帳の指定区分。"},
			{safety, "seriousness", []string{"death", "serious"}, "警報が失われた場合に起こり得る健康被害。非重篤にとどまらないことは、医学専門家に確認した。"},
		},
	}
}

// infusionPump: settings changed through an unused open port. Serious and not
// predictable: form 8, 15 days; the report waits for approval.
func infusionPump() matter {
	return matter{
		intake: &arrival{
			by: safety, source: intake.Hospital, from: "湊みほん大学病院 MEセンター", awareDaysAgo: 13, occurredDaysAgo: 14,
			title: "未使用ポートからの不正アクセスによる輸液の過剰投与",
			text: "集中治療室の輸液ポンプ2台で、操作していないのに流量が毎時20 mLから200 mLに変わった。1台はその後停止した。" +
				"患者1名が過剰投与により血圧低下を来し、昇圧剤の投与と入院期間の延長を要した。使用していない有線の保守用ポートに、院内の別の端末から接続された記録がある。",
			product: "pump", release: "pump-2", site: "kanagawa", vulnerability: "CVE-2014-0160",
		},
		opening: &opening{by: safety, title: "未使用ポートからの設定変更による過剰投与と停止"},
		facts: []answer{
			{safety, "harm_status", only("actual"), "主治医の回答：過剰投与による血圧低下が疑われる。"},
			{safety, "seriousness", only("serious"), "主治医の回答：入院期間が5日延長した（施行規則第228条の20第1項第1号ハ(3)）。"},
			{safety, "predictability", only("unpredictable"), "電子添文に過剰投与の記載はあるが、不正アクセスによる設定の変更の記載はない。"},
		},
		accept:  true,
		confirm: "重篤・未知。15日報告とする。原因の調査は継続中のため、未完了報告を提出し、追加報告を行う。",
		report: &writing{submit: true, values: map[string]string{
			"harm": "輸液の過剰投与による血圧低下。昇圧剤の投与と入院期間の延長を要した。", "harm_term": "血圧低下",
			"malfunction_term": "意図しない設定の変更", "outcome": "recovered", "patient_age": "68", "patient_sex": "male", "patient_initials": "不明",
			"patient_state": "術後の集中治療管理中。", "treatment": "輸液の中止、昇圧剤の投与。", "serial_or_lot": "MP3-00317, MP3-00318",
			"device_status":   "2台とも使用を中止し、病院で保管している。回収して解析する予定。",
			"actions_taken":   "同一リリースを納入した4施設に、保守用ポートの接続状況の確認と閉鎖を電話と文書で依頼した。",
			"device_category": "高度管理医療機器",
		}},
	}
}

// insulinPump: the dose was raised; the patient became hypoglycaemic. Form 8,
// 15 days; the report is being written.
func insulinPump() matter {
	return matter{
		intake: &arrival{
			by: safety, source: intake.Hospital, from: "筑紫みほん内科クリニック 糖尿病外来", awareDaysAgo: 8, occurredDaysAgo: 9,
			title: "インスリン投与量の不正な増加による低血糖",
			text: "患者が意識を失い救急搬送された。血糖値は32 mg/dL。ポンプの基礎投与量が、本人の設定の3倍になっていた。" +
				"本人と家族は設定を変えていない。近くの端末からの無線接続の記録が残っている。治療により回復した。",
			product: "insulin", release: "insulin-1", site: "fukuoka",
		},
		opening: &opening{by: safety, title: "不正アクセスによるインスリン過量投与と低血糖"},
		facts: []answer{
			{safety, "harm_status", only("actual"), "救急搬送先の診療情報提供書：低血糖による意識障害。"},
			{safety, "seriousness", only("serious"), "入院を要した（施行規則第228条の20第1項第1号ハ(3)）。"},
			{psirt, "predictability", only("unpredictable"), "電子添文に低血糖の記載はあるが、不正アクセスによる投与量の変更の記載はない。両方の記載がなく、予測できないものとする。"},
		},
		accept:  true,
		confirm: "重篤・未知。15日報告とする。",
		report:  &writing{values: map[string]string{"harm_term": "低血糖", "patient_age": "54", "patient_sex": "female", "treatment": "ブドウ糖の静脈内投与、1泊入院。"}},
	}
}

// icd: settings changed, pacing failed. Whether the patient died of it is not
// known yet; a report with a first report is due in either case.
func icd() matter {
	return matter{
		intake: &arrival{
			by: safety, source: intake.Hospital, from: "浪速みほんハートセンター 不整脈センター", awareDaysAgo: 1, occurredDaysAgo: 1,
			title: "植込み型除細動器の設定変更によるペーシング不全",
			text: "外来の待合で患者が心停止となり、蘇生後に集中治療室へ入室した。予後は不明。植込み型除細動器の感度と出力が、前回の診察時と異なる値に変わっていた。" +
				"プログラマの操作記録に該当する変更がなく、無線による不正なアクセスが疑われる。",
			product: "icd", release: "icd-4", site: "osaka",
		},
		opening: &opening{by: safety, title: "設定の不正な変更によるペーシング不全・センシング不全"},
		facts: []answer{
			{safety, "harm_status", only("actual"), "担当医からの電話：心停止の持続があった。"},
			{safety, "seriousness", []string{"death", "serious"}, "担当医からの電話：予後不明。非重篤ではない。"},
		},
		accept:  true,
		confirm: "死亡の可能性が残るため、最も厳しい15日と第一報を前提とする。転帰が分かり次第、見直す。",
	}
}

// watched: not reportable, so it stays under watch.
func watched() matter {
	return matter{
		opening: &opening{by: psirt, title: "Log4j 1のSocketServerの脆弱性（不使用）", product: "icd", release: "icd-4", vulnerability: "CVE-2019-17571", awareDaysAgo: 30, fromAssessment: true},
		facts:   []answer{{psirt, "origin", only("domestic"), "国内で製造販売する当該医療機器。"}},
		accept:  true,
		confirm: "脆弱性のある機能を使用しておらず、健康被害のおそれがない。報告は不要とし、経時的にモニターする（通知4(3)）。",
	}
}

// underInvestigation: nothing is known yet but that it exists.
func underInvestigation() matter {
	return matter{
		opening: &opening{by: psirt, title: "CT操作卓の遠隔保守の脆弱性（regreSSHion）", product: "ct", release: "ct-5", vulnerability: "CVE-2024-6387", awareDaysAgo: 5, fromAssessment: true},
		facts: []answer{
			{psirt, "report_kind", only("case"), "脆弱性の評価（通知4(3)）。"},
			{psirt, "agent", only("malfunction"), "脆弱性は不具合の原因として評価する（通知3(2)）。"},
			{psirt, "origin", only("domestic"), "国内で製造販売する当該医療機器。"},
			{psirt, "harm_status", []string{"potential", "none"}, "国内外とも健康被害の情報はない。停止した場合の影響を調査中。"},
		},
	}
}

// foreignMeasure: the maker abroad recalls; form 10 in 15 days, and a first
// report, which is out.
func foreignMeasure() matter {
	return matter{
		intake: &arrival{
			by: safety, source: intake.ForeignMeasure, from: "Kakuu Imaging GmbH（架空の外国製造業者）", awareDaysAgo: 2, occurredDaysAgo: 3,
			title: "外国製造業者による超音波診断装置の改修（遠隔接続の脆弱性）",
			text: "欧州で同一の装置の遠隔接続に脆弱性が見つかり、製造業者が全台の改修を開始した。健康被害の報告はない。" +
				"日本向けの装置も同一の設計である。",
			product: "ultrasound", release: "ultrasound-2",
		},
		opening: &opening{by: safety, title: "外国における超音波診断装置の改修措置"},
		accept:  true,
		confirm: "外国医療機器の措置（第1号チ）。第一報の後、様式第10を提出する。",
		met:     map[casefile.ObligationKind]string{casefile.DueFirstReport: "PMDAへファックス送信（送信記録 見本-0001）"},
	}
}

// warning is news that is not in a case yet.
func warning() matter {
	return matter{intake: &arrival{
		by: psirt, source: intake.Authority, from: "注意喚起（見本）", awareDaysAgo: 2, occurredDaysAgo: -1,
		title: "医療機関を標的とする攻撃に関する注意喚起",
		text:  "HTTP/2の脆弱性を用いた攻撃について、医療機関に接続される機器の確認を求める内容。該当する製品を調査する。", vulnerability: "CVE-2023-44487",
	}}
}

// findersMail came today and nobody has looked at it.
func findersMail() matter {
	return matter{intake: &arrival{
		by: safety, source: intake.Finder, from: "脆弱性の発見者（匿名希望）", awareDaysAgo: 0, occurredDaysAgo: -1,
		title: "輸液ポンプの無線設定に関する脆弱性の報告",
		text: "リリース3.1.2の無線設定用の画面で、認証の前に設定ファイルを読み出せることを確認した。再現の手順を添付する。" +
			"公表の時期は製造販売業者と調整したい。", product: "pump", release: "pump-3",
	}}
}
