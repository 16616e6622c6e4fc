package demo

import (
	"context"
	"fmt"

	"mimamori/internal/assess"
	"mimamori/internal/register"
)

const (
	yes     = register.Yes
	no      = register.No
	unknown = register.Unknown
)

// noConsequence says that nothing follows from an attempt to exploit.
var noConsequence = assess.Consequences{SettingsChanged: no, CareChanged: no, DataLost: no, Misoperation: no, Spread: no}

// assessments are the sample judgements; product and vulnerability stand by
// their short names.
var assessments = []struct {
	product, vulnerability, by string
	a                          assess.Assessment
}{
	{"pump", "CVE-2014-0160", psirt, assess.Assessment{
		Status: assess.Affected, Present: yes, Used: yes, FunctionAffected: unknown, Exploited: unknown, Harm: assess.Serious,
		Consequences: assess.Consequences{SettingsChanged: yes, DataLost: yes}, Malfunctions: []assess.Malfunction{assess.Specification},
		Statement: "リリース2.4.0の保守用ポートがOpenSSL 1.0.1fでTLSを待ち受ける。メモリから保守用の認証情報が読み出されると、設定の変更に至るおそれがある。リリース3.1.2は該当しない。",
		Controls:  "保守用ポートの閉鎖（設定変更）。リリース3.1.2への更新。", ControlsSuffice: unknown, ControlsApplied: no,
	}},
	{"pump", "CVE-2016-2148", psirt, assess.Assessment{
		Status: assess.NotAffected, Justification: "vulnerable_code_not_in_execute_path", Present: yes, Used: no, FunctionAffected: no, Exploited: no, Harm: assess.NoHarm, Consequences: noConsequence,
		Statement: "IPアドレスは固定で、udhcpcは組み込まれているが起動しない。6RDの処理には到達しない。",
	}},
	{"viewer", "CVE-2021-44228", psirt, assess.Assessment{
		Status: assess.Affected, Present: yes, Used: yes, FunctionAffected: yes, Exploited: yes, Harm: assess.NonSerious,
		Consequences: assess.Consequences{DataLost: yes, Misoperation: yes, Spread: yes}, Malfunctions: []assess.Malfunction{assess.Failure},
		Statement: "リリース4.2.0は利用者名をログに書き出すため、ログイン画面から到達する。さきたまみほん総合病院で悪用が確認された。リリース4.3.1はLog4j 2.17.1であり該当しない。",
		Controls:  "リリース4.3.1への更新。更新までの間、外部へのLDAP通信の遮断。未更新の施設が残る。", ControlsSuffice: yes, ControlsApplied: no,
	}},
	{"viewer", "CVE-2022-22965", psirt, assess.Assessment{
		Status: assess.NotAffected, Justification: "vulnerable_code_not_in_execute_path", Present: yes, Used: yes, FunctionAffected: no, Exploited: no, Harm: assess.NoHarm, Consequences: noConsequence,
		Statement: "Java 8で動作する。悪用にはJava 9以降のクラスローダが必要であり、該当する処理がない。",
	}},
	{"viewer", "CVE-2021-23337", psirt, assess.Assessment{
		Status: assess.NotAffected, Justification: "vulnerable_code_not_present", Present: yes, Used: yes, FunctionAffected: no, Exploited: no, Harm: assess.NoHarm, Consequences: noConsequence,
		Statement: "lodashのtemplate関数は、ビルド時の不要コードの除去により配布物に含まれない。",
	}},
	{"icd", "CVE-2019-17571", psirt, assess.Assessment{
		Status: assess.NotAffected, Justification: "vulnerable_code_not_in_execute_path", Present: yes, Used: no, FunctionAffected: no, Exploited: no, Harm: assess.NoHarm, Consequences: noConsequence,
		Statement: "Log4j 1.2.17を含むが、SocketServerは起動せず、待ち受けるポートもない。設計書と実機の通信の確認による。",
	}},
	{"icd", "CVE-2019-0708", psirt, assess.Assessment{
		Status: assess.Fixed, Present: yes, Used: no, FunctionAffected: no, Exploited: no, Harm: assess.NoHarm, Consequences: noConsequence,
		Statement: "リモートデスクトップサービスは出荷時から無効である。修正プログラムは2019年7月の定期点検で全台に適用した。",
		Controls:  "修正プログラムの適用、サービスの無効化", ControlsSuffice: yes, ControlsApplied: yes,
	}},
	{"monitor", "CVE-2020-11896", psirt, assess.Assessment{
		Status: assess.Affected, Present: yes, Used: yes, FunctionAffected: yes, Exploited: unknown, Harm: assess.Serious,
		Consequences: assess.Consequences{SettingsChanged: no, CareChanged: yes, DataLost: unknown, Misoperation: yes, Spread: unknown}, Malfunctions: []assess.Malfunction{assess.Failure},
		Statement: "Treck TCP/IPを通信に使用している。細工したパケットにより本体が再起動し、その間の監視と警報が失われる。EOS後であり更新は提供できない。",
		Controls:  "院内ネットワークの分離、分割パケットの遮断を医療機関に依頼", ControlsSuffice: unknown,
	}},
	{"monitor", "CVE-2019-12255", psirt, assess.Assessment{
		Status: assess.UnderInvestigation, Present: yes, Used: unknown, FunctionAffected: unknown, Exploited: unknown, Harm: assess.HarmUnknown,
		Statement: "VxWorks 6.9.4.11を使用している。通信にはTreck TCP/IPを用いるため、IPnetが有効かどうかを供給者に照会中である。",
	}},
	{"ct", "CVE-2024-6387", psirt, assess.Assessment{
		Status: assess.UnderInvestigation, Present: yes, Used: yes, FunctionAffected: unknown, Exploited: unknown, Harm: assess.HarmUnknown,
		Statement: "リリース5.2.0は遠隔保守のためsshdを待ち受ける。到達できる範囲と、停止した場合の撮影への影響を調査している。",
	}},
	{"ct", "CVE-2023-4863", psirt, assess.Assessment{
		Status: assess.NotAffected, Justification: "vulnerable_code_cannot_be_controlled_by_adversary", Present: yes, Used: yes, FunctionAffected: no, Exploited: no, Harm: assess.NoHarm, Consequences: noConsequence,
		Statement: "操作卓で表示する画像は装置が生成したものに限られ、外部のWebP画像を読み込む経路がない。",
	}},
	{"insulin", "CVE-2022-25647", psirt, assess.Assessment{
		Status: assess.NotAffected, Justification: "inline_mitigations_already_exist", Present: yes, Used: yes, FunctionAffected: no, Exploited: no, Harm: assess.NoHarm, Consequences: noConsequence,
		Statement: "アプリが読み込むJSONは自社サーバの署名を確かめたものに限られる。",
	}},
	{"ultrasound", "CVE-2020-14343", psirt, assess.Assessment{
		Status: assess.NotAffected, Justification: "vulnerable_code_not_in_execute_path", Present: yes, Used: yes, FunctionAffected: no, Exploited: no, Harm: assess.NoHarm, Consequences: noConsequence,
		Statement: "YAMLの読込みにはsafe_loadのみを用いている。",
	}},
}

func (l *loader) loadAssessments(ctx context.Context) error {
	for _, in := range assessments {
		v, err := l.Store.VulnerabilityByName(ctx, in.vulnerability)
		if err != nil {
			return fmt.Errorf("%s: %w", in.vulnerability, err)
		}
		in.a.ProductID, in.a.VulnerabilityID = l.products[in.product].ID, v.ID
		if _, err := l.AddAssessment(ctx, l.people[in.by], in.a); err != nil {
			return fmt.Errorf("%s × %s: %w", in.product, in.vulnerability, err)
		}
	}
	return nil
}
