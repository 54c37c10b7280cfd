package fireworks

type wireStatus struct {
	Code    jsonEnum `json:"code"`
	Message string   `json:"message"`
}

type wireDeployment struct {
	Name                   string             `json:"name"`
	BaseModel              string             `json:"baseModel"`
	DeploymentShape        string             `json:"deploymentShape"`
	AcceleratorType        jsonEnum           `json:"acceleratorType"`
	AcceleratorCount       jsonInt64          `json:"acceleratorCount"`
	Precision              jsonEnum           `json:"precision"`
	MinReplicaCount        jsonInt64          `json:"minReplicaCount"`
	MaxReplicaCount        jsonInt64          `json:"maxReplicaCount"`
	AutoscalingPolicy      *AutoscalingPolicy `json:"autoscalingPolicy"`
	Placement              *wirePlacement     `json:"placement"`
	EnableAddons           bool               `json:"enableAddons"`
	EnableSessionAffinity  bool               `json:"enableSessionAffinity"`
	MaxContextLength       jsonInt64          `json:"maxContextLength"`
	DraftModel             string             `json:"draftModel"`
	DraftTokenCount        jsonInt64          `json:"draftTokenCount"`
	NgramSpeculationLength jsonInt64          `json:"ngramSpeculationLength"`
	DisplayName            string             `json:"displayName"`
	Description            string             `json:"description"`
	Annotations            map[string]string  `json:"annotations"`
	State                  jsonEnum           `json:"state"`
	Status                 wireStatus         `json:"status"`
	Region                 jsonEnum           `json:"region"`
	CreateTime             Timestamp          `json:"createTime"`
	UpdateTime             Timestamp          `json:"updateTime"`
	DeleteTime             Timestamp          `json:"deleteTime"`
	PurgeTime              Timestamp          `json:"purgeTime"`
	ReplicaCount           jsonInt64          `json:"replicaCount"`
	DesiredReplicaCount    jsonInt64          `json:"desiredReplicaCount"`
	ReplicaStats           struct {
		PendingScheduling jsonInt64 `json:"pendingSchedulingReplicaCount"`
		DownloadingModel  jsonInt64 `json:"downloadingModelReplicaCount"`
		Initializing      jsonInt64 `json:"initializingReplicaCount"`
		Ready             jsonInt64 `json:"readyReplicaCount"`
	} `json:"replicaStats"`
}

type wirePlacement struct {
	Region      jsonEnum   `json:"region"`
	MultiRegion jsonEnum   `json:"multiRegion"`
	Regions     []jsonEnum `json:"regions"`
}

func (w wireDeployment) resourceName() string { return w.Name }

type deploymentPage struct {
	nextPage
	Deployments []wireDeployment `json:"deployments"`
}

func (p *deploymentPage) rows() []wireDeployment { return p.Deployments }

func (w wireDeployment) deployment(r redactor) Deployment {
	return Deployment{
		Name:                   w.Name,
		BaseModel:              w.BaseModel,
		DeploymentShape:        w.DeploymentShape,
		AcceleratorType:        string(w.AcceleratorType),
		AcceleratorCount:       int64(w.AcceleratorCount),
		Precision:              string(w.Precision),
		MinReplicaCount:        int64(w.MinReplicaCount),
		MaxReplicaCount:        int64(w.MaxReplicaCount),
		AutoscalingPolicy:      w.AutoscalingPolicy,
		Placement:              w.Placement.placement(),
		EnableAddons:           w.EnableAddons,
		EnableSessionAffinity:  w.EnableSessionAffinity,
		MaxContextLength:       int64(w.MaxContextLength),
		DraftModel:             w.DraftModel,
		DraftTokenCount:        int64(w.DraftTokenCount),
		NgramSpeculationLength: int64(w.NgramSpeculationLength),
		DisplayName:            w.DisplayName,
		Description:            w.Description,
		Annotations:            w.Annotations,
		State:                  string(w.State),
		StatusCode:             string(w.Status.Code),
		StatusMessage:          r.text(w.Status.Message),
		Region:                 string(w.Region),
		CreateTime:             w.CreateTime,
		UpdateTime:             w.UpdateTime,
		DeleteTime:             w.DeleteTime,
		PurgeTime:              w.PurgeTime,
		ReplicaCount:           int64(w.ReplicaCount),
		DesiredReplicaCount:    int64(w.DesiredReplicaCount),
		ReplicaStats: ReplicaStats{
			PendingScheduling: int64(w.ReplicaStats.PendingScheduling),
			DownloadingModel:  int64(w.ReplicaStats.DownloadingModel),
			Initializing:      int64(w.ReplicaStats.Initializing),
			Ready:             int64(w.ReplicaStats.Ready),
		},
	}
}

func (w *wirePlacement) placement() *Placement {
	if w == nil {
		return nil
	}

	p := &Placement{Region: string(w.Region), MultiRegion: string(w.MultiRegion)}
	for _, region := range w.Regions {
		p.Regions = append(p.Regions, string(region))
	}

	return p
}
