// First and last names that are common somewhere and nothing else anywhere, without accents, as array literals: a
// column in which many values are among them holds names. Not those of places, colours, months, trades and things.
#pragma once

namespace confiture {

static constexpr char common_first_names[] =
    "{james,john,robert,michael,william,david,richard,joseph,thomas,christopher,daniel,matthew,anthony,donald,steven,"
    "andrew,kenneth,joshua,kevin,brian,george,timothy,ronald,edward,jason,jeffrey,ryan,jacob,nicholas,eric,jonathan,"
    "stephen,larry,justin,scott,brandon,benjamin,samuel,gregory,alexander,patrick,frank,raymond,jack,dennis,jerry,aaron,"
    "jose,adam,nathan,henry,zachary,douglas,peter,kyle,noah,ethan,jeremy,christian,walter,keith,roger,terry,sean,gerald,"
    "carl,harold,arthur,lawrence,dylan,jesse,bryan,joe,billy,bruce,gabriel,logan,alan,juan,albert,willie,elijah,wayne,"
    "randy,vincent,mason,roy,ralph,bobby,russell,bradley,philip,eugene,liam,oliver,oscar,leon,felix,max,paul,mark,luke,"
    "mary,patricia,jennifer,linda,elizabeth,barbara,susan,jessica,sarah,karen,lisa,nancy,betty,sandra,margaret,ashley,"
    "kimberly,emily,donna,michelle,carol,amanda,melissa,deborah,stephanie,rebecca,laura,helen,sharon,cynthia,kathleen,"
    "amy,angela,shirley,brenda,emma,anna,pamela,nicole,samantha,katherine,christine,debra,rachel,carolyn,janet,maria,"
    "catherine,heather,diane,julie,joyce,evelyn,joan,kelly,lauren,christina,judith,megan,andrea,cheryl,hannah,jacqueline,"
    "martha,gloria,teresa,ann,sara,madison,kathryn,janice,jean,alice,abigail,julia,judy,sophia,sophie,isabella,olivia,"
    "chloe,amelia,ella,mia,lucy,ruby,daisy,jane,theresa,beverly,denise,marilyn,amber,danielle,brittany,diana,tammy,"
    "hans,klaus,jurgen,juergen,wolfgang,dieter,manfred,uwe,gunter,guenter,horst,bernd,heinz,helmut,stefan,andreas,markus,"
    "matthias,florian,tobias,sebastian,lukas,jonas,tim,finn,ursula,monika,renate,sabine,petra,gisela,ingrid,brigitte,"
    "heike,anja,katrin,birgit,lena,leonie,lea,jean-pierre,pierre,michel,jacques,philippe,alain,bernard,nicolas,"
    "francois,laurent,thierry,olivier,julien,antoine,guillaume,mathieu,marie,nathalie,isabelle,sylvie,francoise,monique,"
    "celine,sandrine,camille,manon,lucas,hugo,louis,jules,jose,antonio,manuel,francisco,javier,carlos,miguel,"
    "angel,rafael,pedro,pablo,sergio,fernando,jorge,luis,alberto,alvaro,diego,carmen,ana,isabel,pilar,dolores,cristina,"
    "marta,lucia,raquel,elena,rosa,paula,giuseppe,giovanni,luigi,andrea,marco,francesco,mario,paolo,stefano,giulia,"
    "francesca,chiara,giorgia,silvia,valentina,federica,alessandro,alessandra,lorenzo,matteo,joao,paulo,lucas,"
    "fernanda,beatriz,mariana,juliana,rodrigo,felipe,thiago,gustavo,luiz,jan,piotr,krzysztof,andrzej,tomasz,pawel,marcin,"
    "agnieszka,katarzyna,malgorzata,joanna,magdalena,ewa,johan,willem,pieter,kees,sven,lars,bjorn,erik,anders,karl,magnus,"
    "ingrid,astrid,mohammed,muhammad,mohamed,ahmed,ali,hassan,hussein,omar,ibrahim,fatima,aisha,mehmet,mustafa,ayse,"
    "ivan,dmitri,dmitry,sergei,sergey,alexei,vladimir,nikolai,olga,natalia,tatiana,svetlana,irina,yuki,hiroshi,takashi,"
    "kenji,haruto,yoko,keiko,wei,ming,li,priya,rahul,raj,amit,anil,sunil,sanjay,deepak,pooja,neha,arjun,ravi,nick,ed,johnny,fred,dan,bob,tom,jim,mike,dave,chris,ben,sam,matt,"
    "alex,tony,steve,greg,jeff,ken,ron,rob,ted,sue,kate,liz,jenny,debbie,cathy,anne,audrey,kirsten,vivien,penelope,cameron}";

static constexpr char common_last_names[] =
    "{smith,johnson,williams,jones,davis,miller,wilson,anderson,thomas,taylor,moore,jackson,martin,thompson,garcia,"
    "martinez,robinson,clark,rodriguez,lewis,lee,walker,allen,hernandez,wright,lopez,scott,adams,baker,gonzalez,nelson,"
    "perez,roberts,turner,phillips,campbell,parker,evans,edwards,collins,stewart,sanchez,morris,rogers,reed,cook,morgan,"
    "murphy,bailey,rivera,cooper,richardson,cox,howard,torres,peterson,ramirez,watson,brooks,sanders,bennett,barnes,"
    "henderson,coleman,jenkins,perry,powell,patterson,hughes,flores,butler,simmons,foster,bryant,alexander,russell,"
    "griffin,diaz,hayes,myers,hamilton,graham,sullivan,wallace,owens,reynolds,fisher,ellis,harrison,"
    "gibson,mcdonald,cruz,marshall,ortiz,gomez,murray,freeman,wells,webb,simpson,stevens,tucker,porter,hunter,hicks,"
    "crawford,boyd,kennedy,morales,warren,dixon,ramos,reyes,burns,gordon,shaw,holmes,robertson,henry,daniels,"
    "palmer,mills,nichols,grant,ferguson,hawkins,dunn,perkins,hudson,spencer,gardner,stephens,payne,pierce,matthews,"
    "arnold,wagner,willis,watkins,olson,carroll,duncan,snyder,hart,cunningham,andrews,harper,carpenter,chavez,greene,"
    "muller,mueller,schmidt,schneider,fischer,weber,meyer,maier,schulz,becker,hoffmann,schafer,schaefer,koch,bauer,"
    "richter,klein,wolf,schroder,schroeder,neumann,schwarz,zimmermann,braun,kruger,krueger,hofmann,hartmann,lange,werner,"
    "krause,lehmann,bernard,dubois,durand,leroy,moreau,simon,laurent,lefebvre,michel,bertrand,roux,fournier,girard,"
    "bonnet,dupont,lambert,fontaine,rousseau,blanc,guerin,boyer,garnier,chevalier,fernandez,ruiz,jimenez,moreno,alvarez,"
    "romero,navarro,dominguez,vazquez,gil,serrano,molina,castro,ortega,rubio,rossi,russo,ferrari,esposito,bianchi,romano,"
    "colombo,ricci,marino,greco,conti,gallo,costa,giordano,mancini,rizzo,lombardi,moretti,silva,santos,oliveira,souza,"
    "pereira,ferreira,alves,ribeiro,carvalho,almeida,gomes,martins,araujo,rocha,fernandes,nowak,kowalski,kowalska,"
    "wisniewski,wojcik,kowalczyk,kaminski,lewandowski,zielinski,szymanski,jansen,janssen,bakker,visser,smit,meijer,"
    "mulder,andersson,johansson,karlsson,nilsson,eriksson,larsson,olsson,persson,svensson,hansen,jensen,nielsen,pedersen,"
    "christensen,larsen,sorensen,rasmussen,olsen,johansen,berg,nguyen,tran,pham,wang,zhang,chen,liu,yang,huang,"
    "kim,park,choi,tanaka,suzuki,sato,takahashi,watanabe,ivanov,petrov,smirnov,kumar,singh,sharma,patel,gupta,khan,ali,"
    "ahmed,yilmaz,kaya,demir}";

}  // namespace confiture
