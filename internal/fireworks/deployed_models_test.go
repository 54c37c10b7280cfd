// SPDX-License-Identifier: MPL-2.0

package fireworks

import "testing"

func TestDeployedModel_Fields(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		fields string
		want   DeployedModel
	}{
		"least": {``, DeployedModel{}},
		"nulls": {`,"status":null,"createTime":null,"state":null`, DeployedModel{}},
		"all": {
			`,"model":"accounts/acme/models/m","deployment":"accounts/acme/deployments/d","displayName":"N","description":"D","default":true,
				"public":true,"status":{"code":"OK","message":"fine"},"new":[1],
				"createTime":"2026-05-01T10:00:00Z","updateTime":"2026-05-02T10:00:00Z"`,
			DeployedModel{
				Model: "accounts/acme/models/m", Deployment: "accounts/acme/deployments/d", DisplayName: "N",
				Description: "D", Default: true,
				Public: true, Status: Status{"", "fine"},
				CreateTime: timestamp(t, "2026-05-01T10:00:00Z"), UpdateTime: timestamp(t, "2026-05-02T10:00:00Z"),
			},
		},
		"unpopulated": {`,"state":"STATE_UNSPECIFIED","status":{"code":"OK","message":""},"createTime":""`,
			DeployedModel{}},
		"state 1":       {`,"state":1`, DeployedModel{State: DeployedModelStateUndeploying}},
		"state 3":       {`,"state":3`, DeployedModel{State: DeployedModelStateDeployed}},
		"deployed":      {`,"state":"DEPLOYED"`, DeployedModel{State: DeployedModelStateDeployed}},
		"a newer state": {`,"state":"LOADING"`, DeployedModel{State: "LOADING"}},
	}
	for label, test := range tests {
		t.Run(label, func(t *testing.T) {
			t.Parallel()

			test.want.Name = testDeployedModel.String()
			checkDecoding(t, "deployedModels", `{"name":"`+test.want.Name+`"`+test.fields+`}`, test.want)
		})
	}
}

func TestListQuotas(t *testing.T) {
	t.Parallel()

	server := respondWith(
		ok(`{"quotas":[{"name":"accounts/acme/quotas/global--h200-count","value":"256","maxValue":"512","usage":16.5,
			"updateTime":"2026-05-01T10:00:00Z"}],"nextPageToken":"2"}`),
		ok(`{"quotas":[{"name":"accounts/acme/quotas/deployed-model-count","value":100},{"name":"plain"}]}`),
	)

	got, err := serve(t, server).ListQuotas(t.Context(), "acme")
	if err != nil {
		t.Fatal(err)
	}

	want := []Quota{
		{"accounts/acme/quotas/global--h200-count", 256, 512, 16.5, timestamp(t, "2026-05-01T10:00:00Z")},
		{Name: "accounts/acme/quotas/deployed-model-count", Value: 100},
		{Name: "plain"},
	}
	wantNoDiff(t, "quotas", want, got)

	for i, id := range []string{"global--h200-count", "deployed-model-count", "plain"} {
		checkEqual(t, "ID", got[i].ID(), id)
	}
}
