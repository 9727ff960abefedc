<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN">
<context>
    <name>ConsentDialog</name>
    <message>
        <source>Play from a new server?</source>
        <translation>要播放新服务器上的影片吗？</translation>
    </message>
    <message>
        <source>A page wants to play “%1” from %2.</source>
        <translation>有网页想播放“%1”，来自 %2。</translation>
    </message>
    <message>
        <source>Go on only if this is your yundisk, and you asked for the film.</source>
        <translation>只有当这是您的 yundisk，并且影片是您自己要打开的，才请继续。</translation>
    </message>
    <message>
        <source>Play &amp;once</source>
        <translation>仅播放这一次(&amp;O)</translation>
    </message>
    <message>
        <source>&amp;Trust this server</source>
        <translation>信任此服务器(&amp;T)</translation>
    </message>
</context>
<context>
    <name>Messages</name>
    <message>
        <source>Nothing to play yet</source>
        <translation>还没有要播放的影片</translation>
    </message>
    <message>
        <source>Choose “Open in player” for a video on the page of your yundisk.</source>
        <translation>请在您的 yundisk 网页上对视频选择“用播放器打开”。</translation>
    </message>
    <message>
        <source>This is not a link to a film</source>
        <translation>这不是影片链接</translation>
    </message>
    <message>
        <source>Links for this player begin with yundisk://play.</source>
        <translation>此播放器的链接以 yundisk://play 开头。</translation>
    </message>
    <message>
        <source>The link is damaged</source>
        <translation>链接已损坏</translation>
    </message>
    <message>
        <source>Open the film from the page again.</source>
        <translation>请从网页上重新打开影片。</translation>
    </message>
    <message>
        <source>The link was refused</source>
        <translation>链接被拒绝</translation>
    </message>
    <message>
        <source>It leads to something that is not a plain http or https address.</source>
        <translation>它指向的不是普通的 http 或 https 地址。</translation>
    </message>
    <message>
        <source>It leads to another server than the one it names.</source>
        <translation>它指向的服务器与它声明的不同。</translation>
    </message>
    <message>
        <source>It does not lead to a film of a yundisk.</source>
        <translation>它指向的不是 yundisk 的影片。</translation>
    </message>
    <message>
        <source>The link has expired</source>
        <translation>链接已过期</translation>
    </message>
    <message>
        <source>The film is not there any more</source>
        <translation>影片已不存在</translation>
    </message>
    <message>
        <source>It may have been moved or deleted.</source>
        <translation>它可能已被移动或删除。</translation>
    </message>
    <message>
        <source>The server refused the film</source>
        <translation>服务器拒绝提供影片</translation>
    </message>
    <message>
        <source>The server has a problem</source>
        <translation>服务器出现问题</translation>
    </message>
    <message>
        <source>The server sent something else</source>
        <translation>服务器发来的不是影片</translation>
    </message>
    <message>
        <source>It may not be a yundisk.</source>
        <translation>它可能不是 yundisk。</translation>
    </message>
    <message>
        <source>Try again in a moment.</source>
        <translation>请稍后重试。</translation>
    </message>
    <message>
        <source>The film was refused</source>
        <translation>影片被拒绝</translation>
    </message>
    <message>
        <source>The server sends it on to another address.</source>
        <translation>服务器把它转到了另一个地址。</translation>
    </message>
    <message>
        <source>The server was not found</source>
        <translation>找不到服务器</translation>
    </message>
    <message>
        <source>Check the network and the name of the server.</source>
        <translation>请检查网络和服务器名称。</translation>
    </message>
    <message>
        <source>The server can’t be reached</source>
        <translation>无法连接服务器</translation>
    </message>
    <message>
        <source>Check the network and whether the server runs.</source>
        <translation>请检查网络，并确认服务器正在运行。</translation>
    </message>
    <message>
        <source>The connection broke</source>
        <translation>连接中断</translation>
    </message>
    <message>
        <source>Check the network, then try again.</source>
        <translation>请检查网络后重试。</translation>
    </message>
    <message>
        <source>The connection is not safe</source>
        <translation>连接不安全</translation>
    </message>
    <message>
        <source>The server can’t prove that it is the one it claims to be.</source>
        <translation>服务器无法证明自己的身份。</translation>
    </message>
    <message>
        <source>The film was replaced while it played</source>
        <translation>影片在播放时被替换</translation>
    </message>
    <message>
        <source>This file is a playlist</source>
        <translation>此文件是播放列表</translation>
    </message>
    <message>
        <source>Only films and music themselves are played.</source>
        <translation>只能播放影片和音乐本身。</translation>
    </message>
    <message>
        <source>The format is not known</source>
        <translation>无法识别格式</translation>
    </message>
    <message>
        <source>The file is damaged, or it is no film.</source>
        <translation>文件已损坏，或者不是影片。</translation>
    </message>
</context>
<context>
    <name>yundisk::player::Actions</name>
    <message>
        <source>&amp;Open link…</source>
        <translation>打开链接(&amp;O)…</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>退出(&amp;Q)</translation>
    </message>
    <message>
        <source>10 seconds &amp;back</source>
        <translation>后退 10 秒(&amp;B)</translation>
    </message>
    <message>
        <source>10 seconds &amp;forward</source>
        <translation>前进 10 秒(&amp;F)</translation>
    </message>
    <message>
        <source>1 minute back</source>
        <translation>后退 1 分钟</translation>
    </message>
    <message>
        <source>1 minute forward</source>
        <translation>前进 1 分钟</translation>
    </message>
    <message>
        <source>From the beginning</source>
        <translation>从头播放</translation>
    </message>
    <message>
        <source>&amp;Slower</source>
        <translation>减速(&amp;S)</translation>
    </message>
    <message>
        <source>Fas&amp;ter</source>
        <translation>加速(&amp;T)</translation>
    </message>
    <message>
        <source>&amp;Normal speed</source>
        <translation>正常速度(&amp;N)</translation>
    </message>
    <message>
        <source>&amp;Louder</source>
        <translation>增大音量(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Quieter</source>
        <translation>减小音量(&amp;Q)</translation>
    </message>
    <message>
        <source>&amp;Next sound track</source>
        <translation>下一条音轨(&amp;N)</translation>
    </message>
    <message>
        <source>&amp;Next subtitles</source>
        <translation>下一条字幕(&amp;N)</translation>
    </message>
    <message>
        <source>&amp;Load subtitles from a file…</source>
        <translation>从文件加载字幕(&amp;L)…</translation>
    </message>
    <message>
        <source>&amp;Full screen</source>
        <translation>全屏(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Leave full screen</source>
        <translation>退出全屏(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Keys</source>
        <translation>快捷键(&amp;K)</translation>
    </message>
    <message>
        <source>&amp;Pause</source>
        <translation>暂停(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;Play</source>
        <translation>播放(&amp;P)</translation>
    </message>
    <message>
        <source>Sound &amp;on</source>
        <translation>打开声音(&amp;O)</translation>
    </message>
    <message>
        <source>Sound &amp;off</source>
        <translation>静音(&amp;O)</translation>
    </message>
</context>
<context>
    <name>yundisk::player::ControlBar</name>
    <message>
        <source>Sound tracks</source>
        <translation>音轨</translation>
    </message>
    <message>
        <source>Subtitles</source>
        <translation>字幕</translation>
    </message>
    <message>
        <source>Volume</source>
        <translation>音量</translation>
    </message>
    <message>
        <source>Volume %1 %</source>
        <translation>音量 %1 %</translation>
    </message>
    <message>
        <source>Opening…</source>
        <translation>正在打开…</translation>
    </message>
    <message>
        <source>Buffering, %1 %</source>
        <translation>正在缓冲，%1 %</translation>
    </message>
    <message>
        <source>%1×</source>
        <translation>%1 倍速</translation>
    </message>
</context>
<context>
    <name>yundisk::player::MainWindow</name>
    <message>
        <source>Subtitles</source>
        <translation>字幕</translation>
    </message>
    <message>
        <source>&amp;Sound tracks</source>
        <translation>音轨(&amp;T)</translation>
    </message>
    <message>
        <source>S&amp;ubtitles</source>
        <translation>字幕(&amp;U)</translation>
    </message>
    <message>
        <source>&amp;Film</source>
        <translation>影片(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Playback</source>
        <translation>播放(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;Sound</source>
        <translation>声音(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>显示(&amp;V)</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>帮助(&amp;H)</translation>
    </message>
    <message>
        <source>None in this film</source>
        <translation>此影片没有</translation>
    </message>
    <message>
        <source>Open link</source>
        <translation>打开链接</translation>
    </message>
    <message>
        <source>A link that begins with yundisk://play:</source>
        <translation>以 yundisk://play 开头的链接：</translation>
    </message>
    <message>
        <source>Load subtitles</source>
        <translation>加载字幕</translation>
    </message>
    <message>
        <source>To that tenth of the film</source>
        <translation>跳到影片的十分之几处</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>快捷键</translation>
    </message>
</context>
<context>
    <name>yundisk::player::MessagePage</name>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
</context>
<context>
    <name>yundisk::player::SeekSlider</name>
    <message>
        <source>Position</source>
        <translation>播放位置</translation>
    </message>
</context>
</TS>
