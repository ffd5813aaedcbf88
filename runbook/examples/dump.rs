fn main() {
    let text = std::fs::read(std::env::args().nth(1).unwrap()).unwrap();
    let text = String::from_utf8_lossy(&text);
    println!("{:#?}", runbook::parse(&text));
}
