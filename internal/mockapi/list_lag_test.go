// SPDX-License-Identifier: MPL-2.0

package mockapi

import (
	"net/http"
	"testing"
	"time"
)

// TestListLag covers lists that are late for a time and for a number of requests, for every kind of object.
func TestListLag(t *testing.T) {
	t.Parallel()

	h := startWithAddons(t)
	create := map[string]func() string{
		"/v1/accounts/demo/models": func() string {
			h.promote(latest, jobPromotion("late")).want(http.StatusOK)
			return "accounts/demo/models/late"
		},
		deploymentsPath: func() string {
			h.deploy("late", shapeBody()).want(http.StatusOK)
			return "accounts/demo/deployments/late"
		},
		deployedModelsPath: func() string { return h.loaded(h.load(firstLora, addonsDeployment)).Name },
	}

	for list, add := range create {
		h.SetListLag(time.Hour, 0)

		name := add()

		h.clock.advance(time.Minute)
		h.get("/v1/"+name).want(http.StatusOK, name)
		h.get(list).want(http.StatusOK).lacks(name)
		h.clock.advance(time.Hour)
		h.get(list).want(http.StatusOK, name)

		h.SetListLag(0, 2)
		h.do(http.MethodDelete, "/v1/"+name+"?hard=true", "").want(http.StatusOK)
		h.clock.advance(time.Hour)
		h.get("/v1/" + name).want(http.StatusNotFound)
		h.get(list+"?pageSize=1").want(http.StatusOK, "nextPageToken")
		h.get(list).want(http.StatusOK, name)
		h.get(list).want(http.StatusOK).lacks(name)
	}
}

func TestListLag_Option(t *testing.T) {
	t.Parallel()

	h := start(t, Options{ListLag: time.Minute})
	h.deploy("late", shapeBody()).want(http.StatusOK)
	h.get(deploymentsPath).want(http.StatusOK).lacks("deployments/late")
	h.clock.advance(time.Minute)
	h.get(deploymentsPath).want(http.StatusOK, "deployments/late")
}
