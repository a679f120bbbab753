BEGIN TRANSACTION;
CREATE TABLE bookmarks (
	reviewer TEXT NOT NULL, 
	case_id TEXT NOT NULL, 
	question TEXT NOT NULL, 
	at TEXT NOT NULL, 
	PRIMARY KEY (reviewer, case_id)
);
INSERT INTO "bookmarks" VALUES('ASA','Nord/3','1.3','2026-11-22T13:19:00+00:00');
CREATE TABLE codebooks (
	codes TEXT NOT NULL, 
	schema_id TEXT NOT NULL, 
	schema_version TEXT NOT NULL, 
	written TEXT NOT NULL, 
	PRIMARY KEY (codes)
);
INSERT INTO "codebooks" VALUES('ojj2gouna5jfyv3ewfjasxhatsojtb45rbmpdbqbhsy7g3ymt7kq','hjemmehjaelp','1','{"begr_r2":{"codes":{},"kind":"text","names_cases":false,"supplement":false},"begr_r4":{"codes":{},"kind":"text","names_cases":false,"supplement":false},"distrikt":{"codes":{"1":"Nord","2":"Syd"},"kind":"code","names_cases":true,"supplement":false},"paaroerende":{"codes":{"1":"Ja","2":"Nej"},"kind":"code","names_cases":false,"supplement":true},"q1_1":{"codes":{},"kind":"date","names_cases":false,"supplement":false},"q1_2":{"codes":{},"kind":"date","names_cases":false,"supplement":false},"q1_2_bem":{"codes":{},"kind":"text","names_cases":false,"supplement":false},"q1_2_status":{"codes":{"2":"Uoplyst"},"kind":"code","names_cases":false,"supplement":false},"q1_3":{"codes":{},"kind":"number","names_cases":false,"supplement":false},"q1_4":{"codes":{"1":"Ja","2":"Nej"},"kind":"code","names_cases":false,"supplement":false},"q1_4_1__1":{"codes":{"1":"Rengøring"},"kind":"flag","names_cases":false,"supplement":false},"q1_4_1__2":{"codes":{"2":"Bad"},"kind":"flag","names_cases":false,"supplement":false},"q1_4_1__3":{"codes":{"3":"Andet - uddyb"},"kind":"flag","names_cases":false,"supplement":false},"q1_4_1__4":{"codes":{"4":"Uoplyst"},"kind":"flag","names_cases":false,"supplement":false},"q1_4_1_bem":{"codes":{},"kind":"text","names_cases":false,"supplement":false},"q1_4_bem":{"codes":{},"kind":"text","names_cases":false,"supplement":false},"q2_1__1":{"codes":{"1":"Ja","2":"Nej"},"kind":"code","names_cases":false,"supplement":false},"q2_1__1_bem":{"codes":{},"kind":"text","names_cases":false,"supplement":false},"q2_1__2":{"codes":{"1":"Ja","2":"Nej"},"kind":"code","names_cases":false,"supplement":false},"q2_1__2_bem":{"codes":{},"kind":"text","names_cases":false,"supplement":false},"q2_2__1":{"codes":{"1":"Ja","2":"Nej"},"kind":"code","names_cases":false,"supplement":false},"q2_2__2":{"codes":{"1":"Ja","2":"Nej"},"kind":"code","names_cases":false,"supplement":false},"q2_3":{"codes":{"1":"Ja","2":"Delvis","3":"Nej"},"kind":"code","names_cases":false,"supplement":false},"q2_4":{"codes":{},"kind":"text","names_cases":false,"supplement":false},"sagsnr":{"codes":{},"kind":"text","names_cases":true,"supplement":false}}');
CREATE TABLE head (
	id INTEGER NOT NULL, 
	form INTEGER NOT NULL, 
	revisions INTEGER NOT NULL, 
	chain TEXT NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "head" VALUES(1,1,14,'p4gtsoae3fwagsedlxvq3sk6jqi5fqaqyl4mdtb5mpkegqm3g3na');
CREATE TABLE revisions (
	number INTEGER NOT NULL, 
	case_id TEXT NOT NULL, 
	act TEXT NOT NULL, 
	reviewer TEXT NOT NULL, 
	at TEXT NOT NULL, 
	origin TEXT NOT NULL, 
	file_hash TEXT NOT NULL, 
	schema_id TEXT NOT NULL, 
	schema_version TEXT NOT NULL, 
	codes TEXT NOT NULL, 
	content_hash TEXT NOT NULL, 
	chain TEXT NOT NULL, 
	content TEXT, 
	PRIMARY KEY (number)
);
INSERT INTO "revisions" VALUES(1,'Nord/1','saved','HJE','2026-11-22T13:05:00.000+00:00','terminal','','hjemmehjaelp','1','ojj2gouna5jfyv3ewfjasxhatsojtb45rbmpdbqbhsy7g3ymt7kq','2tlm7bd4iugvtpuzy7yr45ouc5gy5s5wclq3skjtx4mupjks2jja','o7y3xoc3qewnx4x76awyevw6fagxerdna74vh5ixlcgzgbqdrkza','{"changes":{"distrikt":["","1"],"sagsnr":["","1"]},"note":"","said":{},"salt":"16747f598dd80f3fa80c99a72d45a414","vouched":[]}');
INSERT INTO "revisions" VALUES(2,'Nord/1','saved','HJE','2026-11-22T13:06:00.000+00:00','terminal','','hjemmehjaelp','1','ojj2gouna5jfyv3ewfjasxhatsojtb45rbmpdbqbhsy7g3ymt7kq','cyfkf27n3xs3nh23ycuqjeulfeemzzdgxynbylbo3gwiaq7nunfq','fyafgruljw2xpqjqfyepbsswbghlycrmsreha4izgd3vugbpuwua','{"changes":{"q1_1":["","1940-05-01"],"q1_2":["","2020-02-01"],"q1_3":["","60"],"q1_4":["","1"],"q1_4_1__1":["","1"],"q2_1__1":["","1"],"q2_1__2":["","1"],"q2_2__1":["","1"],"q2_2__2":["","1"],"q2_3":["","1"]},"note":"","said":{},"salt":"2f959bf8f931a460af061ad45d72231a","vouched":[]}');
INSERT INTO "revisions" VALUES(3,'Nord/2','saved','ASA','2026-11-22T13:07:00.000+00:00','terminal','','hjemmehjaelp','1','ojj2gouna5jfyv3ewfjasxhatsojtb45rbmpdbqbhsy7g3ymt7kq','ttjz6g4c44jahfh267d4hwrl5t3jn7ianrxdv4utkwkx2w2lknhq','kgwtg5yptxvha2lpsys7laidjcs3rsvyu2xukc6exlxtbgf5yqpq','{"changes":{"distrikt":["","1"],"sagsnr":["","2"]},"note":"","said":{},"salt":"0e13599bc8f15c30df30072b67517964","vouched":[]}');
INSERT INTO "revisions" VALUES(4,'Nord/2','saved','ASA','2026-11-22T13:08:00.000+00:00','terminal','','hjemmehjaelp','1','ojj2gouna5jfyv3ewfjasxhatsojtb45rbmpdbqbhsy7g3ymt7kq','7ag2dqgo74jpactgjpwrjuxvtp24gzd5itbninxlms4pozcynela','5l5pqgz3snpt4krasf3ptxufettigf42kn6ius2jqwxbpxjadspq','{"changes":{"q1_1":["","1970-05-01"],"q1_2":["","2020-05-01"],"q1_3":["","0"],"q1_4":["","2"],"q2_1__1":["","1"],"q2_1__2":["","1"],"q2_3":["","1"]},"note":"","said":{},"salt":"0ee29fed7bbce1860649d63bf92da6cb","vouched":[]}');
INSERT INTO "revisions" VALUES(5,'Nord/3','saved','ASA','2026-11-22T13:09:00.000+00:00','terminal','','hjemmehjaelp','1','ojj2gouna5jfyv3ewfjasxhatsojtb45rbmpdbqbhsy7g3ymt7kq','tvb4eqdfivdcah4pxauf3tp4sujn76rg2t5q552mup2w2n6ubjxa','4r5gx7uxmaptxeso7sjank4tjrfgexr32euvoqqfktlakczeqrnq','{"changes":{"distrikt":["","1"],"sagsnr":["","3"]},"note":"","said":{},"salt":"bae6a58130a2339290c36ae1f1acd66b","vouched":[]}');
INSERT INTO "revisions" VALUES(6,'Nord/3','saved','ASA','2026-11-22T13:10:00.000+00:00','terminal','','hjemmehjaelp','1','ojj2gouna5jfyv3ewfjasxhatsojtb45rbmpdbqbhsy7g3ymt7kq','jm2be6ofvna7xnozvkv3qu2kwxbpqrighguaahnfk7ulfays42aa','glahbag764ijxydl2u6ofbifqnozvyyiz54kfpykdm6hgfaccp6a','{"changes":{"q1_1":["","1940-05-01"],"q1_2":["","2020-02-01"],"q1_3":["","60"],"q1_4":["","1"],"q1_4_1__1":["","1"],"q2_1__1":["","1"],"q2_1__2":["","1"],"q2_2__1":["","1"],"q2_2__2":["","1"],"q2_3":["","1"]},"note":"","said":{},"salt":"1c281e89425470fa61a9b77dc20f71c0","vouched":[]}');
INSERT INTO "revisions" VALUES(7,'Nord/1','finished','HJE','2026-11-22T13:11:00.000+00:00','terminal','','hjemmehjaelp','1','ojj2gouna5jfyv3ewfjasxhatsojtb45rbmpdbqbhsy7g3ymt7kq','o4mjknwownp2nftb43j3d2ftaim7b52wavhvm34dwbwwku3mpg7a','uyfhwoxtjyvawlt5ymcpqt4o2aeskycbzj2tiycekb2kt72ud4uq','{"changes":{},"note":"","said":{},"salt":"aafddd5e421578dc19fa1f23efa795ff","vouched":[]}');
INSERT INTO "revisions" VALUES(8,'Nord/2','finished','ASA','2026-11-22T13:12:00.000+00:00','terminal','','hjemmehjaelp','1','ojj2gouna5jfyv3ewfjasxhatsojtb45rbmpdbqbhsy7g3ymt7kq','udfh7wfuhqxrfimsku6td6odznq64nyufvzuhak3uxcyw5pxk4oa','wu2wotkglnlc6bvpqckjabjerrqes7qtpmtdrda6ak5idcx6tfra','{"changes":{},"note":"","said":{},"salt":"c9862ff58d03bc892e368ed7ec13e781","vouched":[]}');
INSERT INTO "revisions" VALUES(9,'Nord/1','reopened','ASA','2026-11-22T13:13:00.000+00:00','terminal','','hjemmehjaelp','1','ojj2gouna5jfyv3ewfjasxhatsojtb45rbmpdbqbhsy7g3ymt7kq','er5ck44yvhpybx3jjvr5begfgubsra4xnqgqtozblijdmpsuf34a','afccbqzwcpv7xcbvjblzzsefzojrxhorhm6nsiigtgh5cc6tpkma','{"changes":{},"note":"Der kom et bilag","said":{},"salt":"691bd5c4e59cb8ed3a920cd6ee17b724","vouched":[]}');
INSERT INTO "revisions" VALUES(10,'Nord/1','saved','HJE','2026-11-22T13:14:00.000+00:00','terminal','','hjemmehjaelp','1','ojj2gouna5jfyv3ewfjasxhatsojtb45rbmpdbqbhsy7g3ymt7kq','max6h52j2swky2jy2yixcawubsuuqykifxvdyyhe2bhcuyvmuyaq','pcn64bek7arq5llyar4wqrmhkcwnimkawi5afre2yemk5e2juarq','{"changes":{"q2_3":["1","3"],"q2_4":["","Der mangler noget"]},"note":"","said":{},"salt":"8f08bba4bea220c64df4138c9aeede95","vouched":[]}');
INSERT INTO "revisions" VALUES(11,'Nord/1','finished','ASA','2026-11-22T13:15:00.000+00:00','terminal','','hjemmehjaelp','1','ojj2gouna5jfyv3ewfjasxhatsojtb45rbmpdbqbhsy7g3ymt7kq','h732v2oqo5l643fhdrrvctiwliqvonqnninic3pbeuotrfo35l5a','lcqov6fu4gem47znjbw3c3vo2hiktgnxgdacg4hsvtncgcg6ghca','{"changes":{},"note":"","said":{},"salt":"a11e18515411ec30ca5c269a04f7ae53","vouched":[]}');
INSERT INTO "revisions" VALUES(12,'Nord/4','saved','HJE','2026-11-22T13:16:00.000+00:00','terminal','','hjemmehjaelp','1','ojj2gouna5jfyv3ewfjasxhatsojtb45rbmpdbqbhsy7g3ymt7kq','spkll7yel7wkqgjnd6zofz53nerg432s3gd4br2es6iuu4qu34vq','mejkhlvhdbe555tcp4avwdtosbxm4dclqg7kxixjlgwprzeza2kq',NULL);
INSERT INTO "revisions" VALUES(13,'Nord/4','saved','HJE','2026-11-22T13:17:00.000+00:00','terminal','','hjemmehjaelp','1','ojj2gouna5jfyv3ewfjasxhatsojtb45rbmpdbqbhsy7g3ymt7kq','nusyerabvd3xkrrtqxklvlcdv4ajdxmaegsw3pfn3k2hb2jxbksq','j5z366kufhelql2fe4b4r2vkilpysw7b7v5xhtsmnubr6nkfkrvq',NULL);
INSERT INTO "revisions" VALUES(14,'Nord/4','erased','HJE','2026-11-22T13:18:00.000+00:00','terminal','','hjemmehjaelp','1','ojj2gouna5jfyv3ewfjasxhatsojtb45rbmpdbqbhsy7g3ymt7kq','yw3gjrvhqfp3nv4no5fdj6i6gxydt3rqaknydvprghlivutff43q','p4gtsoae3fwagsedlxvq3sk6jqi5fqaqyl4mdtb5mpkegqm3g3na','{"changes":{},"note":"Slettet efter aftale","said":{},"salt":"32ec63c71bb2cb9c3d648f6966d4c472","vouched":[]}');
CREATE TABLE states (
	case_id TEXT NOT NULL, 
	folded TEXT NOT NULL, 
	first INTEGER NOT NULL, 
	answers TEXT NOT NULL, 
	finished TEXT NOT NULL, 
	vouched TEXT NOT NULL, 
	revision INTEGER NOT NULL, 
	reviewer TEXT NOT NULL, 
	at TEXT NOT NULL, 
	PRIMARY KEY (case_id), 
	UNIQUE (folded)
);
INSERT INTO "states" VALUES('Nord/3','nord/3',5,'{"distrikt": "1", "sagsnr": "3", "q1_1": "1940-05-01", "q1_2": "2020-02-01", "q1_3": "60", "q1_4": "1", "q1_4_1__1": "1", "q2_1__1": "1", "q2_1__2": "1", "q2_2__1": "1", "q2_2__2": "1", "q2_3": "1"}','','',6,'ASA','2026-11-22T13:10:00.000+00:00');
INSERT INTO "states" VALUES('Nord/2','nord/2',3,'{"distrikt": "1", "sagsnr": "2", "q1_1": "1970-05-01", "q1_2": "2020-05-01", "q1_3": "0", "q1_4": "2", "q2_1__1": "1", "q2_1__2": "1", "q2_3": "1"}','ojj2gouna5jfyv3ewfjasxhatsojtb45rbmpdbqbhsy7g3ymt7kq','',8,'ASA','2026-11-22T13:12:00.000+00:00');
INSERT INTO "states" VALUES('Nord/1','nord/1',1,'{"distrikt": "1", "sagsnr": "1", "q1_1": "1940-05-01", "q1_2": "2020-02-01", "q1_3": "60", "q1_4": "1", "q1_4_1__1": "1", "q2_1__1": "1", "q2_1__2": "1", "q2_2__1": "1", "q2_2__2": "1", "q2_3": "3", "q2_4": "Der mangler noget"}','ojj2gouna5jfyv3ewfjasxhatsojtb45rbmpdbqbhsy7g3ymt7kq','',11,'ASA','2026-11-22T13:15:00.000+00:00');
CREATE INDEX ix_revisions_case_id ON revisions (case_id);
COMMIT;
