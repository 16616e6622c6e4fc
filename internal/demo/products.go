package demo

import (
	"bytes"
	"context"
	"fmt"

	"mimamori/internal/app"
	"mimamori/internal/caldate"
	"mimamori/internal/register"
)

// product is a sample product. Days until its end of life and support are
// counted from today; 0 is none.
type product struct {
	key              string
	p                register.Product
	eolDays, eosDays int
	releases         []release
}

// release is a sample release with the list of its parts.
type release struct {
	key, version, on string
	parts            string // file in data/
	distro           string // distribution of deb packages, for example "debian-12"
	format           format
	note             string
}

const (
	sampleCode   = "見本データです。販売名、承認番号等は架空のもので、実在の製品とは関係ありません。"
	unsureOfCode = sampleCode + "JMDNコードも見本値です。"
)

var products = []product{
	{key: "pump", p: register.Product{
		BrandName: "みまもり輸液ポンプ MP-300", GenericName: "汎用輸液ポンプ", JMDNCode: "13215000", Route: register.Approval, LicenceNumber: "22600BZX00000000",
		LicensedOn: caldate.MustParse("2014-06-02"), Class: register.ClassIII, Connectivity: []register.Link{register.LinkWired, register.LinkWireless},
		Designated: register.No, Indication: "薬液等を、設定した流量で持続的に注入する。", SiteOfUse: "病棟、集中治療室、手術室", Note: sampleCode,
	}, eosDays: 900, releases: []release{
		{"pump-2", "2.4.0", "2014-03-03", "pump-2.txt", "", cycloneDXJSON, "遠隔モニタ機能あり。有線LANの保守用ポートは出荷時に開いている。"},
		{"pump-3", "3.1.2", "2023-06-12", "pump-3.txt", "", cycloneDXJSON, "保守用ポートを廃止。"},
	}},
	{key: "insulin", p: register.Product{
		BrandName: "みまもりインスリンポンプ IP-20", GenericName: "ポータブルインスリン用輸液ポンプ", JMDNCode: "99000002", Route: register.Approval, LicenceNumber: "30200BZX00000000",
		LicensedOn: caldate.MustParse("2020-09-14"), Class: register.ClassIII, Connectivity: []register.Link{register.LinkWireless},
		Designated: register.No, Indication: "糖尿病患者に対し、インスリンを皮下に持続的に注入する。", SiteOfUse: "在宅、外来", Note: unsureOfCode,
	}, eosDays: 1500, releases: []release{
		{"insulin-1", "1.8.3", "2021-02-15", "insulin-1.txt", "", cycloneDXJSON, "スマートフォンのアプリから投与量を設定できる。"},
	}},
	{key: "icd", p: register.Product{
		BrandName: "みまもりICDシステム C-10", GenericName: "自動植込み型除細動器", JMDNCode: "99000003", Route: register.Approval, LicenceNumber: "23000BZX00000000",
		LicensedOn: caldate.MustParse("2018-10-01"), Class: register.ClassIV, Connectivity: []register.Link{register.LinkWireless, register.LinkMedia},
		Designated: register.Unknown, Indication: "致死性の心室性不整脈を検出し、電気的除細動等を行う。", SiteOfUse: "植込み（プログラマは外来、病棟）",
		Note: unsureOfCode + "プログラマ P-10 を含みます。発生率をあらかじめ把握できる医療機器としての指定の有無は確認中です。",
	}, eosDays: 700, releases: []release{
		{"icd-4", "4.2.1", "2019-04-22", "icd-4.txt", "", cycloneDXJSON, "プログラマ P-10 のソフトウェア。"},
	}},
	{key: "ct", p: register.Product{
		BrandName: "みまもりCT アクシス64", GenericName: "全身用X線CT診断装置", JMDNCode: "37618010", Route: register.Certification, LicenceNumber: "303AABZX00000000",
		LicensedOn: caldate.MustParse("2021-08-30"), Class: register.ClassII, Connectivity: []register.Link{register.LinkWired, register.LinkMedia},
		Designated: register.No, Indication: "全身を対象にX線による断層像を撮影し、診断に供する。", SiteOfUse: "撮影室、救急", Note: sampleCode,
	}, eosDays: 2200, releases: []release{
		{"ct-4", "4.6.2", "2021-09-27", "ct-4.txt", "debian-11", cycloneDXJSON, "操作卓のソフトウェア。"},
		{"ct-5", "5.2.0", "2023-07-03", "ct-5.txt", "debian-12", cycloneDXJSON, "操作卓のソフトウェア。"},
	}},
	{key: "viewer", p: register.Product{
		BrandName: "みまもりビュー DV", GenericName: "汎用画像診断装置ワークステーション用プログラム", JMDNCode: "99000005", Route: register.Certification, LicenceNumber: "303AABZX00000001",
		LicensedOn: caldate.MustParse("2021-11-15"), Class: register.ClassII, Connectivity: []register.Link{register.LinkWired, register.LinkWireless, register.LinkMedia}, SaMD: true,
		Designated: register.No, Indication: "画像診断装置等から提供された画像を処理し、診療のために提供する。", SiteOfUse: "読影室、診察室", Note: unsureOfCode,
	}, eosDays: 1100, releases: []release{
		{"viewer-4", "4.2.0", "2021-11-22", "viewer-4.txt", "", cycloneDXJSON, ""},
		{"viewer-5", "4.3.1", "2022-06-20", "viewer-5.txt", "", cycloneDXJSON, "部品の更新。"},
	}},
	{key: "monitor", p: register.Product{
		BrandName: "みまもりベッドサイドモニタ BM-70", GenericName: "重要パラメータ付き多項目モニタ", JMDNCode: "33586003", Route: register.Approval, LicenceNumber: "22200BZX00000000",
		LicensedOn: caldate.MustParse("2010-05-10"), Class: register.ClassIII, Connectivity: []register.Link{register.LinkWired},
		Designated: register.No, Indication: "複数の生体情報を監視し、異常時に警報を発する。", SiteOfUse: "集中治療室、病棟", Note: sampleCode + "EOS後の使用について医療機関へ情報提供済み。",
	}, eolDays: -1300, eosDays: -420, releases: []release{
		{"monitor-3", "3.6", "2016-08-01", "monitor-3.txt", "", cycloneDXXML, "SBOMは後から作成した。識別子の記録がない部品が多い。"},
	}},
	{key: "ultrasound", p: register.Product{
		BrandName: "みまもりエコー US-5", GenericName: "汎用超音波画像診断装置", JMDNCode: "40761000", Route: register.Certification, LicenceNumber: "303AABZX00000002",
		LicensedOn: caldate.MustParse("2021-12-06"), Class: register.ClassII, Connectivity: []register.Link{register.LinkWired, register.LinkWireless, register.LinkMedia},
		Designated: register.No, Indication: "超音波を用いて体内の形状、性状又は動態を可視化し、診断に供する。", SiteOfUse: "検査室、外来", Note: sampleCode + "外国製造所：Kakuu Imaging GmbH（架空）",
	}, eolDays: -30, eosDays: 120, releases: []release{
		{"ultrasound-2", "2.0.7", "2021-12-20", "ultrasound-2.txt", "", spdxJSON, ""},
	}},
	{key: "ventilator", p: register.Product{
		BrandName: "みまもり人工呼吸器 RV-20", GenericName: "汎用人工呼吸器", JMDNCode: "99000008", Route: register.Approval, LicenceNumber: "30100BZX00000000",
		LicensedOn: caldate.MustParse("2019-06-17"), Class: register.ClassIII, Connectivity: []register.Link{register.LinkNone},
		Designated: register.No, Indication: "自発呼吸が困難な患者の呼吸を補助し、又は代行する。", SiteOfUse: "集中治療室", Note: unsureOfCode,
	}, releases: []release{
		{"ventilator-1", "1.5.0", "2020-11-09", "ventilator-1.txt", "", cycloneDXJSON, "外部との接続口なし。"},
	}},
	{key: "gait", p: register.Product{
		BrandName: "みまもり歩行ロガー GL-1", GenericName: "歩行分析計", JMDNCode: "99000009", Route: register.Notification, LicenceNumber: "13B3X00000000000",
		LicensedOn: caldate.MustParse("2022-04-04"), Class: register.ClassI, Connectivity: []register.Link{register.LinkMedia},
		Designated: register.No, Indication: "歩行の動作を計測し、分析する。", SiteOfUse: "リハビリテーション室", Note: unsureOfCode,
	}, releases: []release{
		{"gait-1", "1.2.0", "2022-05-09", "gait-1.txt", "", cycloneDXJSON, ""},
	}},
}

func (l *loader) loadProducts(ctx context.Context) error {
	by := l.people[psirt]
	for _, in := range products {
		in.p.EOLOn, in.p.EOSOn = l.inDays(in.eolDays), l.inDays(in.eosDays)
		p, err := l.AddProduct(ctx, by, in.p)
		if err != nil {
			return fmt.Errorf("%s: %w", in.p.BrandName, err)
		}
		l.products[in.key] = p
		for _, r := range in.releases {
			if err := l.loadRelease(ctx, by, p, r); err != nil {
				return fmt.Errorf("%s %s: %w", p.BrandName, r.version, err)
			}
		}
	}
	return nil
}

// inDays returns the day that many days from today; 0 is no day.
func (l *loader) inDays(n int) caldate.Date {
	if n == 0 {
		return caldate.Date{}
	}
	return l.Today().AddDays(n)
}

func (l *loader) loadRelease(ctx context.Context, by app.Actor, p register.Product, in release) error {
	stored, err := l.AddRelease(ctx, by, register.Release{ProductID: p.ID, Version: in.version, ReleasedOn: caldate.MustParse(in.on), Note: in.note})
	if err != nil {
		return err
	}
	l.releases[in.key] = stored
	parts, err := readParts(in.parts, in.distro)
	if err != nil {
		return err
	}
	name, file, err := document(in, p, parts)
	if err != nil {
		return err
	}
	_, err = l.UploadSBOM(ctx, by, app.UploadSBOM{ReleaseID: stored.ID, FileName: name, File: bytes.NewReader(file)})
	return err
}
