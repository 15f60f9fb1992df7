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

# %% [markdown]
# **Deneyin:** hangi parametreler yeni? `model.classifier.weight.std()` 0,02'ye yakındır; bu, rastgele başlangıcın
# yayılımıdır.
#
# ## 2. Adlı parametreler
#
# `named_parameters()` modeli dolaşır ve çiftler verir: bir ad ve bir tensör.

# %%

# %% [markdown]
# Bu bir yineleyicidir (iterator): her seferinde bir çift verir, sona gelince boş kalır.

# %%

# %% [markdown]
# Çiftleri birden çok kez dolaşacağız; bu yüzden bir listede tutuyoruz.

# %%

# %% [markdown]
# **Deneyin:** iki grup `list` kullanılmadan aynı yineleyiciden kurulsaydı ikinci gruba ne olurdu?
#
# ## 3. 3. katmana bakmak
#
# Bir ad, tensörün nerede olduğunu söyler. 3. katmanın 16 tensörü şunlardır: dikkatin (attention) sorgu, anahtar,
# değer ve çıkış matrisleri ile ileri beslemeli bölümün iki matrisi, her biri bir yanlılık (bias) vektörüyle; ve her
# birinin kazancı (gain, adı `weight`) ve yanlılığı olan iki katman normu (layer norm).

# %%

# %% [markdown]
# Bir de torch'un yazdığı biçimiyle bir değer. Önceden eğitilmiş kazançlar, başladıkları 1 değerinden uzaklaşmıştır;
# öğrendikleri şey budur.

# %%

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

# %% [markdown]
# Bu sözcüklerin eski biçimleri `gamma` ve `beta` idi. Bu modelde hiçbir şey seçmezlerdi ve kimse size bunu
# söylemezdi:

# %%

# %% [markdown]
# **Deneyin:** normlarının adı `ln_1.weight` olan GPT-2'de aynı sözcükler. Kaç kazanca azaltma uygulanırdı?
#
# ## 6. İki grup
#
# *Parametre grubu* (parameter group) bir sözlüktür: `params` anahtarı tensörleri, öteki anahtarlar onlara ait
# seçenekleri tutar. Öğreticilerdeki kod olduğu gibi şudur:

# %%

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

# %% [markdown]
# İşte burada. AdamW'nin seçeneğinin adı `weight_decay`'dir; `weight_decay_rate`, eski bir sınıf olan BertAdam'daki
# adıydı. torch tanımadığı bir anahtarı saklar ama okumaz. Bu yüzden iki gruba da torch'un varsayılanı olan 0,01
# uygulanır: matrislere istediğimizin onda biri; hiç azaltma uygulanmaması gereken vektörlere de aynısı.
#
# Gerçekten öyle mi? Eniyileyiciye soralım. Bütün gradyanlar sıfır; öyleyse yalnızca ağırlık azaltma bir şeyi
# değiştirebilir:

# %%

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

# %% [markdown]
# Bu varsayılanların modelimizdeki sonucu, azaltma ve parametre sayısı çiftleri olarak:


# %%

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

# %% [markdown]
# Durumu (state) tensörlere göre tutulur, kontrol noktasında (checkpoint) ise sıraya göre: 0, 1, 2, 3. Kaydetme ile
# yükleme arasında iki parametre yer değiştirirse momentleri de sessizce yer değiştirir.
#
# ## 11. Aynısı, kurallarla
#
# Şimdi paramwise ile. `bert` reçetesi (recipe) iki sözcüğü içerir; `pw.plan` onu her parametreye uygular ve henüz
# hiçbir şey kurulmadan sonucu gösterir.

# %%

# %% [markdown]
# İki grubun sayıları bizim saydıklarımızla aynı. Her grup, ona karar veren kuralın adını taşır; her parametre
# sorulabilir:

# %%

# %% [markdown]
# Sözcükler BERT'e uyar, başka pek az modele uyar. `default` reçetesi bir parametrenin *ne olduğuna* göre karar
# verir: matris, norm kazancı, yanlılık. Burada ikisi aynı sonuca varır; başka bir modelde yalnızca biri doğrudur:

# %%

# %% [markdown]
# **Deneyin:** `pw.plan(model, pw.recipes.bert(no_decay=("gamma", "beta")))` ve bunun `.check()` sonucunu yazdırın.
# Hiçbir şey seçmeyen bir kural için ne diyor?
#
# ## 12. Elimizdekini denetlemek
#
# `pw.audit` çalışan bir eniyileyiciyi, kim kurmuş olursa olsun okur. Önce öğreticinin eniyileyicisi, sonra planın
# kurduğu:

# %%

# %%

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

# %% [markdown]
# İlk adımdan önce bir adım deneyip geri alıyoruz. `pw.probe` hangi parametrelerin değiştiğini söyler ve her şeyi bit
# bit eski haline getirir:


# %%

# %% [markdown]
# ## 14. Döngü
#
# Döngü her zamanki döngüdür. paramwise'dan haberi olan tek şey, bazı adımları ölçen ölçerdir (meter).

# %%

# %% [markdown]
# **Deneyin:** döngüden sonra `meter`'ı yazdırın. Bir adım, normların kazançlarını ne oranda değiştiriyor?
#
# ## 15. Değişti mi?
#
# Her parametrenin gradyanı var ve her parametre değişti. Azaltma uygulanmayanları yalnızca gradyanlar değiştirdi.

# %%

# %% [markdown]
# Sözcük gömmeleri (word embeddings) bir gömme tablosudur: yalnızca geçen sözcüklerin satırlarında gradyan vardır.
# Öteki satırlar da değişti. Neden?

# %%

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
