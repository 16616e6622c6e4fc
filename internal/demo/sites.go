package demo

import (
	"context"
	"fmt"

	"mimamori/internal/caldate"
	"mimamori/internal/register"
)

// hospital is a sample hospital with what is installed there.
type hospital struct {
	key, name, prefecture, contact string
	units                          []units
}

type units struct {
	release string
	n       int
	serials string
	on      string
}

var hospitals = []hospital{
	{"tokyo", "みほん中央病院", "東京都", "ME機器管理室", []units{
		{"pump-2", 24, "MP3-00101〜00124", "2014-07-01"},
		{"pump-3", 36, "MP3-20001〜20036", "2023-09-04"},
		{"ct-5", 2, "AX64-0021, AX64-0022", "2023-10-02"},
		{"viewer-5", 60, "", "2022-08-01"},
		{"monitor-3", 12, "BM70-3301〜3312", "2016-10-11"},
		{"ventilator-1", 10, "RV-0201〜0210", "2021-01-12"},
	}},
	{"hokkaido", "北の森みほん病院", "北海道", "臨床工学科", []units{
		{"pump-2", 40, "MP3-00201〜00240", "2014-10-06"}, {"monitor-3", 18, "BM70-3401〜3418", "2017-02-06"}, {"ct-4", 1, "AX64-0003", "2021-12-06"},
	}},
	{"miyagi", "杜のみほん医療センター", "宮城県", "医療安全管理室", []units{
		{"icd-4", 6, "P10-0011〜0016", "2019-07-01"}, {"ct-5", 1, "AX64-0025", "2024-01-22"}, {"viewer-4", 15, "", "2022-01-11"},
	}},
	{"saitama", "さきたまみほん総合病院", "埼玉県", "放射線科", []units{{"ct-4", 1, "AX64-0005", "2022-02-14"}, {"viewer-4", 20, "", "2022-02-14"}, {"ultrasound-2", 8, "US5-1001〜1008", "2022-03-07"}}},
	{"chiba", "房総みほん病院", "千葉県", "ME室", []units{{"pump-3", 30, "MP3-20101〜20130", "2023-11-06"}, {"ultrasound-2", 4, "US5-1021〜1024", "2022-04-18"}}},
	{"kanagawa", "湊みほん大学病院", "神奈川県", "MEセンター", []units{
		{"pump-2", 60, "MP3-00301〜00360", "2015-04-01"}, {"icd-4", 4, "P10-0021〜0024", "2019-09-02"}, {"viewer-5", 45, "", "2022-09-12"}, {"monitor-3", 30, "BM70-3501〜3530", "2016-12-05"},
	}},
	{"niigata", "越路みほん病院", "新潟県", "事務部 情報システム係", []units{{"monitor-3", 8, "BM70-3601〜3608", "2017-06-01"}, {"gait-1", 3, "GL-0031〜0033", "2022-07-04"}}},
	{"aichi", "尾張みほん記念病院", "愛知県", "臨床工学部", []units{{"pump-2", 20, "MP3-00401〜00420", "2015-09-07"}, {"ct-5", 1, "AX64-0031", "2024-05-13"}, {"ventilator-1", 6, "RV-0231〜0236", "2021-04-05"}}},
	{"kyoto", "洛北みほん病院", "京都府", "循環器内科", []units{{"icd-4", 3, "P10-0031〜0033", "2020-02-03"}, {"ultrasound-2", 6, "US5-1041〜1046", "2022-06-06"}}},
	{"osaka", "浪速みほんハートセンター", "大阪府", "不整脈センター", []units{{"icd-4", 8, "P10-0041〜0048", "2019-11-18"}, {"pump-3", 48, "MP3-20201〜20248", "2024-02-05"}, {"viewer-4", 30, "", "2022-03-01"}}},
	{"hiroshima", "瀬戸みほん診療所", "広島県", "院長", []units{{"insulin-1", 35, "IP20-50001〜50035", "2021-06-01"}, {"gait-1", 1, "GL-0041", "2022-09-05"}}},
	{"fukuoka", "筑紫みほん内科クリニック", "福岡県", "糖尿病外来", []units{{"insulin-1", 52, "IP20-50101〜50152", "2021-08-02"}}},
	{"okinawa", "うるまみほん病院", "沖縄県", "放射線技術科", []units{{"ct-4", 1, "AX64-0011", "2022-06-20"}, {"monitor-3", 6, "BM70-3701〜3706", "2017-09-04"}}},
	{"ehime", "石鎚みほん病院", "愛媛県", "ME室", []units{{"pump-3", 16, "MP3-20301〜20316", "2024-06-03"}, {"viewer-5", 12, "", "2022-10-03"}, {"ultrasound-2", 2, "US5-1061, US5-1062", "2022-08-22"}}},
}

func (l *loader) loadSites(ctx context.Context) error {
	by := l.people[safety]
	for i, h := range hospitals {
		s, err := l.AddSite(ctx, by, register.Site{
			Name: h.name, Prefecture: h.prefecture, Contact: h.contact,
			Email: h.key + "@hospital.example", Phone: fmt.Sprintf("000-000-%04d", i+1), Note: "架空の医療機関（見本データ）",
		})
		if err != nil {
			return fmt.Errorf("%s: %w", h.name, err)
		}
		l.sites[h.key] = s
		for _, u := range h.units {
			if _, err := l.AddInstallation(ctx, by, register.Installation{
				SiteID: s.ID, ReleaseID: l.releases[u.release].ID, Units: u.n,
				Serials: u.serials, InstalledOn: caldate.MustParse(u.on),
			}); err != nil {
				return fmt.Errorf("%s, %s: %w", h.name, u.release, err)
			}
		}
	}
	return nil
}
